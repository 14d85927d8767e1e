"""The enterprise's clerk at his screens: he follows 工作台 and the button 下一步, and never types an address."""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect
from windows import PATIENCE, Window

from selfmon_deploy.demo.diagram import demo_diagram, demo_marks
from selfmon_deploy.demo.stamp import stamped_scan

TASK_PATIENCE = 90_000
"""Milliseconds for what a process in the background does: rendering, checking a scan."""
LABORATORY = "江苏示例检测有限公司"
OVERVIEW = (
    "江苏示例热电有限公司（虚构企业）按排污许可证要求开展自行监测。",
    "建立监测设备台账与数据审核制度，原始记录保存五年以上。",
    "监测人员每年参加不少于一次业务培训。",
    "自动监测按 HJ 75 执行校准与比对。",
)


class Clerk:
    """A clerk's steps of the main job, each begun from the workbench."""

    def __init__(self, window: Window, folder: Path) -> None:
        self.window, self.page, self.folder = window, window.page, folder

    # --- how he finds his way

    def begin(self, title: str, heading: str) -> None:
        """Go to the workbench and on to the step of this title."""
        self.window.menu("工作台")
        self.page.get_by_role("link", name=re.compile(f"^(去办理|查看)：{title}")).first.click()
        self.window.heading(heading)

    def button(self, name: str | re.Pattern[str]) -> None:
        """Click the button of this name."""
        self.page.get_by_role("button", name=name).first.click()

    def field(self, label: str) -> Locator:
        """The field of this label, whose star is not part of its name."""
        return self.page.get_by_label(re.compile(rf"^\*?{re.escape(label)}$")).first

    def fill(self, label: str, value: str) -> None:
        """Fill the field of this label in."""
        self.field(label).fill(value)

    def saved(self) -> None:
        """Wait until nothing is unsaved any more."""
        expect(self.page.get_by_text("有未保存的修改")).to_have_count(0, timeout=PATIENCE)
        expect(self.page.get_by_role("alert")).to_have_count(0)

    # --- the steps

    def check_permit(self) -> None:
        """E2."""
        self.begin("核对许可信息", "核对许可信息")
        self.window.look("核对许可信息")
        self.button("是，本企业的排污许可证")
        expect(self.page.get_by_text("本步已完成")).to_be_visible(timeout=PATIENCE)

    def keep_profile(self) -> None:
        """E4: a required field left empty is told at the field."""
        self.begin("维护企业信息|企业信息|维护基础信息", "企业信息")
        self.window.expect_error("status of 422")
        self.fill("生产周期", "")
        self.fill("法定代表人", "示例法人")
        self.button("保存")
        wrong = self.field("生产周期")
        expect(wrong).to_have_attribute("aria-invalid", "true", timeout=PATIENCE)
        self.window.look("企业信息-有误")
        wrong.fill("全年连续生产")
        self.fill("委托监测机构名称", LABORATORY)
        self.button("保存")
        expect(self.page.get_by_text("已完善")).to_be_visible(timeout=PATIENCE)
        self.window.look("企业信息")

    def add_points(self) -> None:
        """E5, E6: points and items as the permit has them, completed by what it does not know."""
        self.window.menu("基础信息", "监测点信息")
        self.page.get_by_role("link", name="按许可证新增").click()
        self.window.heading("按许可证新增")
        for label, value in (
            ("设备名称（自动监测）", "烟气排放连续监测系统"),
            ("设备型号（自动监测）", "SL-CEMS-100"),
            ("方法来源（手动监测）", "国家标准"),
            ("监测方法（手动监测）", "按国家或行业标准方法"),
        ):
            self.fill(label, value)
        self.button("填入空白处")
        self.window.look("按许可证新增")
        self.button("新增所选")
        expect(self.page.get_by_text(re.compile("^全部完成"))).to_be_visible(timeout=TASK_PATIENCE)
        self.page.get_by_role("link", name="查看监测点信息").click()
        self.window.heading("监测点信息")
        self.window.look("监测点信息")

    def assign_logger(self) -> None:
        """E7."""
        self.window.menu("基础信息", "数采仪")
        self.page.get_by_role("button", name=re.compile("新增数采仪$")).first.click()
        self.fill("数采仪MN号", "88888880000001")
        self.window.look("数采仪-新增")
        self.button("保存")
        expect(self.page.get_by_role("cell", name=re.compile("88888880000001"))).to_be_visible(timeout=PATIENCE)

    def give_diagram(self) -> None:
        """E8: the picture, and every point marked on it."""
        self.window.menu("基础信息", "监测示意图")
        picture = self.folder / "示意图.png"
        picture.write_bytes(demo_diagram(demo_marks(["FQ-001", "FS-001"]), title="江苏示例热电有限公司监测点位示意图"))
        self.page.locator('input[type="file"]').set_input_files(picture)
        board = self.page.locator(".picture img")
        expect(board).to_be_visible(timeout=PATIENCE)
        rows = self.page.get_by_role("group", name="监测点标注列表").get_by_role("radio")
        for index in range(rows.count()):
            rows.nth(index).check()
            box = board.bounding_box()
            assert box is not None
            board.click(position={"x": box["width"] * (0.1 + 0.06 * index), "y": box["height"] * (0.2 + 0.05 * index)})
        expect(self.page.get_by_text("监测点已全部标注")).to_be_visible()
        self.window.look("监测示意图")
        self.button(re.compile("^保存"))
        expect(self.page.get_by_text("已启用").first).to_be_visible(timeout=TASK_PATIENCE)

    def match(self) -> None:
        """E9, E10: what was taken over from the permit is matched already; he looks it over."""
        self.window.menu("匹配许可信息", "匹配监测点")
        suggested = self.page.get_by_role("button", name="按以上对应全部匹配")
        if suggested.count():
            suggested.click()
        expect(self.page.get_by_text("许可证点位已全部匹配")).to_be_visible(timeout=PATIENCE)
        self.window.look("匹配监测点")
        self.window.menu("匹配许可信息", "核对监测项目")
        self.window.look("核对监测项目")

    def write_overview(self) -> None:
        """P1."""
        self.window.menu("监测方案", "自测概况")
        self.button("添加监测人员")
        self.fill("人员 1 编号", "JC-001")
        self.fill("人员 1 资质", "环境监测人员持证上岗考核合格")
        for area, text in zip(self.page.locator("main textarea").all(), OVERVIEW, strict=True):
            area.fill(text)
        self.button("保存")
        self.saved()
        self.window.look("自测概况")

    def export_plan(self) -> bytes:
        """P2, P4: answers the PDF."""
        self.window.menu("监测方案", "方案导出")
        self.window.look("方案导出-开始")
        self.button("导出监测方案")
        download = self.page.get_by_role("link", name="下载监测方案 PDF")
        expect(download).to_be_visible(timeout=TASK_PATIENCE)
        self.window.look("方案导出")
        with self.page.expect_download() as caught:
            download.click()
        return Path(caught.value.path()).read_bytes()

    def import_plan(self, pdf: bytes) -> None:
        """P3: the stamped scan; saving submits it."""
        scan = self.folder / "监测方案（盖章）.pdf"
        scan.write_bytes(stamped_scan(pdf))
        self.window.menu("监测方案", "方案导入")
        self.field("对应的方案版本").select_option(index=1)
        self.page.locator('input[type="file"]').set_input_files(scan)
        self.fill("未达到许可证要求的理由", "示例企业：个别项目暂按现有条件监测")
        self.page.get_by_label("我确认文件不含个人信息").check()
        expect(self.page.get_by_text("上传完成").or_(self.page.get_by_text("已上传")).first).to_be_visible(timeout=PATIENCE)
        self.window.look("方案导入")
        self.button("保存并提交审核")
        expect(self.page.get_by_text(re.compile("已提交，等待管辖生态环境部门审核"))).to_be_visible(timeout=TASK_PATIENCE)

    def enter_hours(self) -> None:
        """D1b, D4: an hour of yesterday that exceeds its limit; what is no number is told in its cell."""
        self.window.menu("监测结果", "自动监测", "自动监测数据录入")
        cell = self.page.get_by_label(re.compile("^00:00–01:00 氮氧化物")).first
        self.window.expect_error("status of 422")
        cell.fill("很多")
        self.button("保存")
        expect(cell).to_have_attribute("aria-invalid", "true", timeout=PATIENCE)
        self.window.look("自动监测数据录入-有误")
        cell.fill("999")
        self.button("保存")
        expect(self.page.get_by_text(re.compile(r"已录入 1 个数据.*超标 1 个"))).to_be_visible(timeout=PATIENCE)
        self.window.look("自动监测数据录入")

    def enter_manual(self, yesterday: str) -> None:
        """D3, D3b, D4."""
        self.window.menu("监测结果", "手工监测", "手工监测数据录入")
        self.field("监测项目").select_option(index=1)
        self.fill("采样日期", yesterday)
        self.fill("分析日期", yesterday)
        self.fill("监测机构", LABORATORY)
        self.fill("监测方法", "HJ 57-2017")
        self.fill("生产负荷（%）", "85")
        self.page.locator(".grid input").first.fill("1.5")
        self.button("保存")
        expect(self.page.get_by_text("已保存：")).to_be_visible(timeout=PATIENCE)
        self.window.look("手工监测数据录入")

    def register_stop(self, starts: str, ends: str) -> None:
        """A1."""
        self.window.menu("台账信息", "未监测原因")
        self.button("新增登记")
        self.page.get_by_label("部分监测点").check()
        self.page.get_by_role("group", name="范围").get_by_role("checkbox").first.check()
        self.fill("开始时间", starts)
        self.fill("结束时间", ends)
        self.fill("原因", "机组计划检修停产")
        self.window.look("未监测原因-新增")
        self.button("提交登记")
        expect(self.page.get_by_role("cell", name=re.compile("机组计划检修停产")).first).to_be_visible(timeout=PATIENCE)
        self.window.look("未监测原因")
