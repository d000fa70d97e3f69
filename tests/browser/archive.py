"""A small archive as an office would have it: copies, retellings, look-alikes, one secret."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from dedup.bootstrap import Application, build
from dedup.config import Settings
from dedup.embedding.lexical import LexicalEmbedder
from dedup.initiatives import Author, Initiative, PartialDate, Submission
from dedup.service import Deduplicator
from tests.asking import PASSWORD, QUICK, session

SUPE = "CĐCS Công ty CP Supe Phốt phát và Hóa chất Lâm Thao"
MAY = "CĐCS Xí nghiệp May 1"
PRIVATE_PHONE = "0912345678"
PRIVATE_MAIL = "an.nguyen@example.org"
PRIVATE_YEAR = 1987
TRICK = "<script>alert('x')</script>"
LONG_WORD = "máy" * 100  # 300 characters without a place to break
TURNED = "phiếu \u202eđảo ngược\u202c"

NOZZLE = Submission(
    code="CT-2022-004512",
    title="Cải tiến béc phun tạo hạt NPK hạn chế vón cục, nâng tỷ lệ hạt đạt cỡ 2–4 mm",
    situation="Béc phun một lỗ của máy tạo hạt số 2 thường tắc sau 4 giờ, hạt vón cục nhiều.",
    description=(
        "Thay béc phun một lỗ bằng béc hai dòng, tự làm sạch bằng khí nén 5 bar. "
        "Bố trí lại góc phun 35 độ để dung dịch phủ đều lên tầng hạt, "
        "lắp đồng hồ theo dõi áp lực tại bàn điều khiển."
    ),
    novelty="Béc tự làm sạch, không phải dừng máy để thông tắc.",
    effect="Tỷ lệ hạt đạt cỡ tăng từ 81 % lên 93 %, giảm bụi tại khu vực tạo hạt.",
    unit=SUPE,
    authors=(
        Author(
            name="Nguyễn Văn An",
            birth_year=PRIVATE_YEAR,
            phone=PRIVATE_PHONE,
            email=PRIVATE_MAIL,
            job="Kỹ sư hóa",
            share=60,
            main=True,
        ),
        Author(name="Trần Thị Lan", share=40),
    ),
    benefit_vnd=350_000_000,
    filed_on=PartialDate("2022-02-20"),
    first_applied_on=PartialDate("2022-03-15"),
    decision_no="125/QĐ-NPK",
    recognised_on=PartialDate("2022-05-10"),
    uploaded_at=datetime(2022, 5, 30, 7, 5, tzinfo=UTC),
)
NOZZLE_COPY = Submission(
    code="CT-2022-007731",
    title="Cải tiến béc phun tạo hạt NPK hạn chế vón cục, nâng tỷ lệ hạt đạt cỡ 2–5 mm",
    situation="Béc phun một lỗ của máy tạo hạt số 5 thường tắc sau 6 giờ, hạt vón cục nhiều.",
    description=(
        "Thay béc phun một lỗ bằng béc hai dòng, tự làm sạch bằng khí nén 7 bar. "
        "Bố trí lại góc phun 40 độ để dung dịch phủ đều lên tầng hạt, "
        "lắp đồng hồ theo dõi áp lực tại bàn điều khiển."
    ),
    effect="Tỷ lệ hạt đạt cỡ tăng từ 79 % lên 92 %.",
    unit="CĐCS Công ty CP Phân bón Bình Điền",
    authors=(Author(name="Lê Minh Đức", share=100, main=True),),
    benefit_vnd=350_000_000,
    first_applied_on=PartialDate("2022-06"),
    uploaded_at=datetime(2022, 9, 1, 2, 0, tzinfo=UTC),
)
SLEEVE = Submission(
    title="Chế tạo cữ gá tra tay áo sơ mi giúp giảm thao tác thừa trên chuyền may",
    description="Gá cữ thép lá lên bàn máy, công nhân đặt tay áo theo vạch, không phải đo và ghim.",
    unit=MAY,
    authors=(Author(name="Phạm Thị Hoa"),),
    filed_on=PartialDate("2022-04-02"),
)
SLEEVE_AGAIN = Submission(
    title="Chế tạo cữ gá tra tay áo sơ mi giúp giảm thao tác thừa trên chuyền may",
    description="Gá cữ thép lá lên bàn máy, công nhân đặt tay áo theo vạch, không phải đo và ghim.",
    unit=MAY,
    authors=(Author(name="Đỗ Thị Mai"),),
    filed_on=PartialDate("2022-04"),
)
FAN = Submission(
    title="Lắp biến tần cho quạt hút khí SO2 dây chuyền axit sunfuric nhằm tiết kiệm điện",
    description="Lắp biến tần 132 kW cho động cơ quạt hút, điều chỉnh theo áp suất âm đầu lò.",
    unit=SUPE,
)
PUMP = Submission(
    title="Lắp biến tần cho bơm nước tuần hoàn dây chuyền axit sunfuric nhằm tiết kiệm điện",
    description="Lắp biến tần 90 kW cho động cơ bơm, điều chỉnh theo nhiệt độ nước về.",
    unit=SUPE,
)
HOSTILE = Submission(
    title=f"{TRICK} Số hóa {TURNED} kiểm kê hàng hóa tại siêu thị bằng máy quét cầm tay",
    description=f"Dùng máy quét {LONG_WORD} và bảng tính dùng chung để kiểm kê mỗi ca.",
    unit="<b>CĐCS</b> Siêu thị",
)
HOSTILE_COPY = Submission(
    title=f"{TRICK} Số hóa {TURNED} kiểm kê hàng hóa tại siêu thị bằng máy quét để bàn",
    description=f"Dùng máy quét {LONG_WORD} và bảng tính dùng chung để kiểm kê mỗi tuần.",
    unit="CĐCS Siêu thị 2",
)
SECRET = Submission(
    title="Pha chế phụ gia chống kết khối cho phân bón hạt",
    description="Công thức mật: ba phần talc trộn một phần axit stearic ở tám mươi độ trong hai giờ.",
    effect="Giảm kết khối khi lưu kho.",
    unit=SUPE,
    secret=True,
)
SECRET_COPY = Submission(
    title="Pha chế phụ gia chống kết khối cho phân bón viên",
    description="Công thức mật: ba phần talc trộn một phần axit stearic ở tám mươi độ trong một giờ.",
    effect="Giảm kết khối khi vận chuyển.",
    unit="CĐCS Công ty CP Phân bón Bình Điền",
    secret=True,
)
RECORDS = {
    "nozzle": NOZZLE,
    "nozzle copy": NOZZLE_COPY,
    "sleeve": SLEEVE,
    "sleeve again": SLEEVE_AGAIN,
    "fan": FAN,
    "pump": PUMP,
    "hostile": HOSTILE,
    "hostile copy": HOSTILE_COPY,
    "secret": SECRET,
    "secret copy": SECRET_COPY,
}


def opened(folder: Path) -> tuple[Settings, Application]:
    """An empty archive in ``folder``, on the embedder that needs no model."""
    settings = Settings(data_dir=folder, database_url="")
    return settings, build(settings, embedder=LexicalEmbedder(), passwords=QUICK)


def fill(folder: Path) -> None:
    """The records above filed into a new archive in ``folder``, to be copied by tests.

    Its one account is an administrator's, with ``PASSWORD``.
    """
    _, application = opened(folder)
    session(application)
    for submission in RECORDS.values():
        application.deduplicator.filer.file(submission)
    application.deduplicator.live.save()
    application.close()


def signed_in(application: Application) -> str:
    """The secret of a new session in a filled archive."""
    return application.signing.sign_in("lan", PASSWORD, address="test")


def by_name(service: Deduplicator) -> dict[str, Initiative]:
    """The records of a filled archive by their names here."""
    return {name: service.get(id) for id, name in enumerate(RECORDS, start=1)}
