"""The monitoring diagram (E8): real pictures, checked in the task."""

import io
from datetime import timedelta
from typing import Any

import pytest
from enterprise_cases import CITY, FIRM, SITE, STRANGER, add_point, permit, receive
from PIL import Image

from selfmon_enterprise.adapters import LARGEST
from selfmon_shared.blobs import BlobStore
from selfmon_shared.kernel.errors import Invalid, NotFound
from selfmon_shared.testing.service import ServiceUnderTest

ORIENTATION, SIDEWAYS = 0x0112, 6


@pytest.fixture(autouse=True)
def site(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())


def blobs(enterprise: ServiceUnderTest) -> BlobStore:
    store: BlobStore = enterprise.application.ports.blobs
    return store


def picture(form: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, 1 if mode == "1" else None).save(target, form, **options)
    return target.getvalue()


def offer(enterprise: ServiceUnderTest, data: bytes | None, marks: list[dict[str, Any]] | None = None) -> str:
    upload = "0" * 64 if data is None else blobs(enterprise).stage([data])[0]
    payload = {"discharger_id": SITE, "upload": upload, "filename": "平面图.png", "marks": marks or []}
    digest: str = enterprise.command("revise-diagram", payload, FIRM)["id"]
    return digest


def diagram(enterprise: ServiceUnderTest) -> Any:
    return enterprise.query("diagram", {"discharger_id": SITE}, CITY)


def test_E8_an_upload_is_in_force_once_it_was_checked(enterprise: ServiceUnderTest) -> None:
    assert (diagram(enterprise)["upload_state"], diagram(enterprise)["digest"]) == ("none", None)
    mark = {"point_id": add_point(enterprise), "x": 100, "y": 1000}
    offer(enterprise, picture("PNG"), [mark])
    assert (diagram(enterprise)["upload_state"], diagram(enterprise)["digest"]) == ("checking", None)
    enterprise.run_tasks()
    view = diagram(enterprise)
    assert (view["upload_state"], view["media_type"], view["marks"]) == ("in-force", "image/png", [mark])
    (announced,) = enterprise.announced("DiagramRevised")
    assert (announced["digest"], announced["marks"], announced["version"]) == (view["digest"], [mark], view["version"])
    with Image.open(io.BytesIO(blobs(enterprise).read(view["digest"]))) as kept:
        assert (kept.format, kept.size) == ("PNG", (40, 20))


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("JPEG", mode="CMYK"), "image/jpeg"),
        (picture("BMP"), "image/png"),
        (picture("BMP", mode="1"), "image/png"),
        (picture("PNG", mode="RGBA"), "image/png"),
        (picture("PNG", mode="P"), "image/png"),
    ],
)
def test_E8_jpg_bmp_and_png_are_taken(enterprise: ServiceUnderTest, data: bytes, media_type: str) -> None:
    offer(enterprise, data)
    enterprise.run_tasks()
    assert diagram(enterprise)["media_type"] == media_type


def test_E8_what_a_camera_notes_is_dropped_and_the_picture_stands_upright(enterprise: ServiceUnderTest) -> None:
    notes = Image.Exif()
    notes[ORIENTATION] = SIDEWAYS
    notes[0x9286] = "示例甲拍摄"
    offer(enterprise, picture("JPEG", exif=notes, comment=b"secret") + b"<?php echo 1;")
    enterprise.run_tasks()
    kept = blobs(enterprise).read(diagram(enterprise)["digest"])
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (20, 40)
        assert len(image.getexif()) == 0
    assert b"secret" not in kept
    assert b"php" not in kept


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"%PDF-1.7 not a picture", "示意图须为 jpg、bmp 或 png 图片"),
        (picture("GIF"), "示意图须为 jpg、bmp 或 png 图片"),
        (picture("PNG", (400, 400))[:-60], "示意图须为 jpg、bmp 或 png 图片"),
        (picture("PNG", (LARGEST // 1000 + 1, 1000), "1"), "示意图像素过多（上限 5000 万像素），请缩小后重新上传"),
        (picture("PNG", (10000, 10000), "1"), "示意图像素过多（上限 5000 万像素），请缩小后重新上传"),
        (None, "没有找到上传的文件，请重新上传"),
    ],
)
def test_E8_what_cannot_be_used_is_refused_and_the_diagram_in_force_stays(
    enterprise: ServiceUnderTest, data: bytes | None, problem: str
) -> None:
    offer(enterprise, picture("PNG"))
    enterprise.run_tasks()
    before = diagram(enterprise)
    offer(enterprise, data)
    enterprise.run_tasks()
    after = diagram(enterprise)
    assert (after["upload_state"], after["upload_problem"]) == ("refused", problem)
    assert after["digest"] == before["digest"]
    assert len(enterprise.announced("DiagramRevised")) == 1


def test_E8_only_the_newest_upload_counts(enterprise: ServiceUnderTest) -> None:
    offer(enterprise, picture("PNG", (10, 10)))
    offer(enterprise, b"no picture")
    offer(enterprise, picture("PNG", (30, 30)))
    assert enterprise.run_tasks() == 3
    (announced,) = enterprise.announced("DiagramRevised")
    with Image.open(io.BytesIO(blobs(enterprise).read(announced["digest"]))) as kept:
        assert kept.size == (30, 30)


def test_E8_marks_name_active_points_of_the_discharger(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise)
    gone = add_point(enterprise, code="FQ-02")
    enterprise.command("deactivate-point", {"point_id": gone, "reason": "拆除"}, FIRM)
    with pytest.raises(Invalid) as refused:
        offer(enterprise, picture("PNG"), [{"point_id": name, "x": 1, "y": 1} for name in (point_id, gone, "none")])
    assert refused.value.fields == {f"marks.{number}.point_id": ["diagram.mark-unknown"] for number in (1, 2)}
    with pytest.raises(Invalid) as refused:
        offer(enterprise, picture("PNG"), [{"point_id": point_id, "x": 1001, "y": -1}])
    assert set(refused.value.fields) == {"marks.0.x", "marks.0.y"}


def test_E8_a_check_that_cannot_be_done_is_told(enterprise: ServiceUnderTest) -> None:
    offer(enterprise, picture("PNG"))
    kept = enterprise.application.settings.data_dir / "blobs" / "kept"
    kept.write_text("a file where the store wants its folder")
    for _attempt in range(5):
        assert diagram(enterprise)["upload_state"] == "checking"
        assert enterprise.run_tasks() == 1
        enterprise.clock.move(timedelta(minutes=10))
    assert diagram(enterprise)["upload_problem"] == "示意图检查未能完成，请重新上传"


def test_E1_another_firm_sets_no_diagram(enterprise: ServiceUnderTest) -> None:
    with pytest.raises(NotFound):
        enterprise.command("revise-diagram", {"discharger_id": SITE, "upload": "0" * 64, "filename": "x.png"}, STRANGER)


def test_read_tables_are_rebuilt_from_events_alone(enterprise: ServiceUnderTest) -> None:
    offer(enterprise, picture("PNG"))
    enterprise.run_tasks()
    offer(enterprise, None)
    enterprise.run_tasks()
    assert enterprise.rebuild_differences() == []
