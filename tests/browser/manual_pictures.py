"""The manual's pictures, from those that the browser tests took of the running platform: ``python tests/browser/manual_pictures.py``."""

from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
TAKEN = ROOT / "var" / "screenshots" / "embedded"
SHOWN = ROOT / "services" / "gateway" / "selfmon_gateway" / "manual" / "texts" / "pictures"
SIZE = (960, 720)
QUALITY = 80

PICTURES = {
    "sign-in": "登录",
    "workbench": "工作台",
    "inbox": "消息",
    "account": "我的账号",
    "permit-check": "核对许可信息",
    "profile": "企业信息",
    "points": "按许可证新增",
    "loggers": "数采仪-新增",
    "diagram": "监测示意图",
    "matching": "匹配监测点",
    "item-check": "核对监测项目",
    "overview": "自测概况",
    "plans": "方案导出",
    "plan-import": "方案导入",
    "hourly-entry": "自动监测数据录入-有误",
    "manual-entry": "手工监测数据录入",
    "results": "结果查询",
    "registrations": "未监测原因-新增",
    "ledger": "运行台账",
    "uploads": "上报情况",
    "epb-workbench": "环保用户工作台",
    "epb-dischargers": "企业信息管理",
    "plan-reviews": "方案审核",
    "abnormal-reviews": "不监测登记审核",
    "audit": "操作日志",
    "public-site": "公开-监测结果",
}
"""The manual's topic, and the name under which a test took the picture."""


def main() -> None:
    """Make every picture: the upper part of the page, small enough for a help panel."""
    SHOWN.mkdir(exist_ok=True)
    for topic, name in PICTURES.items():
        with Image.open(TAKEN / f"{name}.png") as taken:
            width, height = SIZE
            part = taken.convert("RGB").crop((0, 0, taken.width, min(taken.height, taken.width * height // width)))
            small = part.resize((width, part.height * width // part.width), Image.Resampling.LANCZOS)
            small.save(SHOWN / f"{topic}.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
