"""What the codes are called on a page: bands, relations, verdicts, reasons. Never an accusation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dedup.initiatives import Band, Evidence, Relation, Verdict
from dedup.jobs.screening import Match, Novelty, Standing
from dedup.people import Act, Role

FOOTER = (
    "Kết quả đối chiếu chỉ để tham khảo; kết luận thuộc thẩm quyền của "
    "Hội đồng sáng kiến/công đoàn cấp có thẩm quyền."
)
NOTHING_FOUND = "Không phát hiện hồ sơ nào có nội dung tương đồng đáng kể."
ADVICE = (
    "Nếu là sáng kiến khác, đề nghị nêu rõ điểm khác biệt về đối tượng, giải pháp hoặc kết quả. "
    "Nếu cùng một sáng kiến, đề nghị gộp tác giả."
)

# The two answers to "is it new?": (seen, not seen) in the unit, and elsewhere. They ask, never accuse.
IN_UNIT = (
    "Trong đơn vị: đã có hồ sơ nộp trước có nội dung gần. Đề nghị rà soát tính mới trong phạm vi "
    "đơn vị; nếu là sáng kiến khác, xin nêu rõ điểm khác biệt.",
    "Trong đơn vị: không phát hiện hồ sơ nộp trước nào có nội dung tương đồng đáng kể.",
)
UNIT_NOT_NAMED = "Trong đơn vị: chưa trả lời được vì chưa ghi đơn vị."
ELSEWHERE = (
    "Ở nơi khác: đã gặp hồ sơ nộp trước có nội dung gần. Tính mới xét trong phạm vi đơn vị, nên đây "
    "chỉ là căn cứ để xem xét nhân rộng, kế thừa, tính số và ghi công.",
    "Ở nơi khác: không phát hiện hồ sơ nộp trước nào có nội dung tương đồng đáng kể.",
)
NOVELTY_LIMIT = (
    "Chỉ so với hồ sơ trong kho; giải pháp đã được công bố hay đã thành quy định bắt buộc hay chưa "
    "thì kho không biết."
)


@dataclass(frozen=True, slots=True)
class Level:
    """A band in words, with an icon that says the same without colour."""

    name: str
    icon: str
    css: str


LEVELS: Mapping[Band, Level] = {
    Band.SAME_TEXT: Level("Rất cao", "●●●●", "same"),
    Band.LIKELY: Level("Cao", "●●●○", "likely"),
    Band.POSSIBLE: Level("Trung bình", "●●○○", "possible"),
    Band.CLEAR: Level("Thấp", "●○○○", "clear"),
}

MEANINGS: Mapping[Band, str] = {
    Band.SAME_TEXT: "Tên và nội dung giống hệt sau khi bỏ qua cách đặt dấu thanh, chữ hoa, chữ viết "
    "tắt, phông chữ và khoảng trắng. Vẫn cần người xem: có thể là hai lần nhập, cũng có thể là văn mẫu.",
    Band.LIKELY: "Máy ước tính nhiều khả năng kể cùng một sáng kiến.",
    Band.POSSIBLE: "Có điểm giống đáng xem, nhưng máy còn nghi ngờ; nhiều cặp ở mức này không trùng.",
    Band.CLEAR: "Không đưa vào danh sách chờ xem xét. Không có nghĩa là chắc chắn không trùng.",
}

RELATIONS: Mapping[Relation, str] = {
    Relation.SAME_TEXT: "Trùng hệt",
    Relation.EDITED_COPY: "Bản sao có sửa",
    Relation.SAME_IDEA: "Cùng ý khác lời",
    Relation.PART_OF: "Chứa/một phần",
    Relation.SAME_TEMPLATE: "Cùng mẫu khác đối tượng",
    Relation.REPLICATION: "Nhân rộng",
    Relation.FOLLOW_UP: "Kế thừa",
    Relation.SAME_TOPIC: "Cùng chủ đề",
}

VERDICTS: Mapping[Verdict, str] = {
    Verdict.TRUNG: "Trùng – giữ 1 hồ sơ đại diện",
    Verdict.GOP_TAC_GIA: "Trùng do đồng tác giả – gộp tác giả",
    Verdict.SAO_CHEP: "Nghi sao chép – yêu cầu giải trình",
    Verdict.MOT_PHAN: "Trùng một phần – yêu cầu tách/gộp",
    Verdict.NHAN_RONG: "Nhân rộng / áp dụng lại",
    Verdict.KE_THUA: "Cải tiến tiếp theo (kế thừa)",
    Verdict.CUNG_CHU_DE: "Cùng chủ đề, không trùng",
    Verdict.KHONG_TRUNG: "Không trùng",
    Verdict.BO_SUNG: "Chưa đủ căn cứ – yêu cầu bổ sung",
}

EFFECTS: Mapping[Verdict, str] = {
    Verdict.TRUNG: "Tính 1 sáng kiến, theo hồ sơ đại diện; giá trị làm lợi chỉ tính một lần.",
    Verdict.GOP_TAC_GIA: "Tính 1 sáng kiến, giữ đủ tác giả, mỗi người ghi nhận một lần.",
    Verdict.SAO_CHEP: "Tính hồ sơ sớm hơn; hồ sơ còn lại treo đến khi hai đơn vị giải trình.",
    Verdict.MOT_PHAN: "Số đếm giữ nguyên cho đến khi đơn vị tách hoặc gộp.",
    Verdict.NHAN_RONG: "Tính 1 sáng kiến và thêm lượt áp dụng; giá trị từng nơi cộng khi xác nhận.",
    Verdict.KE_THUA: "Tính 2 sáng kiến có liên kết; hồ sơ sau chỉ tính phần tăng thêm.",
    Verdict.CUNG_CHU_DE: "Số đếm và giá trị không đổi.",
    Verdict.KHONG_TRUNG: "Số đếm không đổi; cặp này không hỏi lại, trừ khi văn bản thay đổi.",
    Verdict.BO_SUNG: "Vẫn tính cả hai, ghi «chưa rà soát»; đề nghị đơn vị bổ sung.",
}

CRITERIA: Mapping[Verdict, str] = {
    Verdict.TRUNG: "Cùng đối tượng, vấn đề, cách làm và kết quả: nhập hai lần, nộp lại năm sau không có "
    "gì mới, hoặc kể lại bằng lời khác.",
    Verdict.GOP_TAC_GIA: "Các đồng tác giả của một sáng kiến nộp riêng từng người: cùng đơn vị, cùng "
    "nội dung, thường cùng số quyết định và cùng giá trị.",
    Verdict.SAO_CHEP: "Hai đơn vị có những đoạn dài giống nhau, chỉ khác tên riêng và số liệu, mà không "
    "hồ sơ nào ghi là nhân rộng. Đây là đề nghị hai bên giải trình, không phải kết luận về ai.",
    Verdict.MOT_PHAN: "Một hồ sơ gói nhiều giải pháp và chứa trọn hồ sơ kia, hoặc một giải pháp bị tách "
    "thành nhiều hồ sơ.",
    Verdict.NHAN_RONG: "Nơi sau áp dụng lại giải pháp của nơi trước, có dẫn nguồn hoặc theo chủ trương "
    "của cấp trên.",
    Verdict.KE_THUA: "Hồ sơ sau nêu được phần đã có và phần mới thêm («giai đoạn 2», «hoàn thiện», "
    "«nâng cấp»).",
    Verdict.CUNG_CHU_DE: "Nhiều nơi tự làm cùng một việc chung (ba tại chỗ, khai báo bằng mã QR …), "
    "không chép lời của nhau.",
    Verdict.KHONG_TRUNG: "Chỉ giống văn mẫu, hoặc cùng khuôn câu mà khác thiết bị, đối tượng, thông số.",
    Verdict.BO_SUNG: "Văn bản quá ngắn, là bí mật công nghệ, hoặc còn phân vân: hỏi đơn vị trước.",
}

FOR: Mapping[str, str] = {
    "R1": "Tên giống hệt",
    "R2": "Tên gần giống",
    "R3": "Trùng câu chữ",
    "R4": "Ý nghĩa gần nhau",
    "R5": "Cùng tác giả",
    "R6": "Cùng đơn vị",
    "R7": "Cùng số QĐ",
    "R8": "Cùng giá trị làm lợi",
    "R9": "Cùng tệp đính kèm",
    "R10": "Chỉ khác tên riêng/số liệu",
    "R11": "Cùng khối dòng nhập",
    "R12": "Một bên chứa bên kia",
    "C7": "Không ghi nhân rộng/kế thừa",
    "PRIOR": "Mức khởi điểm",
}
AGAINST: Mapping[str, str] = {
    "R2": "Tên khác nhau",
    "R3": "Ít trùng câu chữ",
    "R4": "Ý nghĩa cách xa",
    "R10": "Khác cả ngoài tên riêng/số liệu",
    "R12": "Không bên nào chứa bên kia",
    "C1": "Khác đối tượng/thiết bị",
    "C2": "Khác thông số/số hiệu",
    "C3": "Chỉ giống văn mẫu",
    "C4": "Áp dụng cách nhau trên 12 tháng",
    "C5": "Văn bản quá ngắn",
    "C6": "Tên chung chung",
    "C7": "Ghi là nhân rộng/kế thừa",
    "PRIOR": "Mức khởi điểm",
}

STANDINGS: Mapping[Standing, str] = {
    Standing.SAME_UNIT: "Cùng đơn vị",
    Standing.SAME_BRANCH: "Cùng công đoàn cấp trên",
    Standing.ELSEWHERE: "Khác đơn vị",
}

ROLES: Mapping[Role, str] = {
    Role.VIEWER: "Người xem",
    Role.REVIEWER: "Người rà soát",
    Role.HEAD: "Tổ trưởng",
    Role.ADMIN: "Quản trị",
}

STAGES: Mapping[str, str] = {
    "embed": "tính véc-tơ nghĩa của hồ sơ mới",
    "join": "tìm các cặp gần nhau",
    "score": "chấm điểm từng cặp",
    "group": "gom nhóm",
}

IMPORT_STATES: Mapping[str, str] = {
    "staged": "Chờ xác nhận",
    "done": "Đã nhập",
    "undone": "Đã thu hồi",
    "failed": "Không nhập được",
}

ACTS: Mapping[Act, str] = {
    Act.DECIDE: "Kết luận",
    Act.UNDO: "Hoàn tác kết luận",
    Act.FILE: "Nộp hồ sơ",
    Act.EDIT: "Sửa hồ sơ",
    Act.WITHDRAW: "Thu hồi hồ sơ",
    Act.RESTORE: "Khôi phục hồ sơ",
    Act.STAGE_IMPORT: "Tải tệp lên, chờ xác nhận",
    Act.IMPORT: "Nhập tệp",
    Act.UNDO_IMPORT: "Thu hồi lần nhập",
    Act.RUN: "Bắt đầu chạy",
    Act.CANCEL_RUN: "Yêu cầu dừng chạy",
    Act.ADOPT: "Đưa vào dùng",
    Act.ROLL_BACK: "Thôi dùng",
    Act.ADD_UNITS: "Nhập cây đơn vị",
    Act.ASSIGN_UNIT: "Gán tên đơn vị",
    Act.SIGN_IN: "Đăng nhập",
    Act.SIGN_OUT: "Đăng xuất",
    Act.CHANGE_PASSWORD: "Đổi mật khẩu của mình",
    Act.ADD_ACCOUNT: "Thêm tài khoản",
    Act.CHANGE_ACCOUNT: "Sửa tài khoản",
    Act.RESET_PASSWORD: "Cấp mật khẩu dùng một lần",
    Act.MAKE_TOKEN: "Tạo mã truy cập",
    Act.END_TOKEN: "Thu hồi mã truy cập",
    Act.RESTORE_BACKUP: "Khôi phục từ bản sao lưu",
}

THINGS: Mapping[str, str] = {
    "pairs": "Cặp",
    "initiatives": "Hồ sơ",
    "imports": "Lần nhập",
    "runs": "Lần chạy",
    "versions": "Phiên bản chấm điểm",
    "models": "Mô hình ngữ nghĩa",
    "units": "Đơn vị",
    "accounts": "Tài khoản",
    "archive": "Kho",
}

DETAILS: Mapping[str, str] = {
    "verdict": "kết luận",
    "version": "phiên bản",
    "fields": "đã đổi",
    "file": "tệp",
    "added": "thêm",
    "updated": "cập nhật",
    "unchanged": "không đổi",
    "refused": "dòng bị bỏ",
    "warnings": "dòng có cảnh báo",
    "withdrawn": "đã ẩn",
    "restored": "trở về bản trước",
    "kind": "việc",
    "incremental": "chỉ phần thay đổi",
    "dry_run": "chạy thử",
    "typed": "tên đã gõ",
    "records": "số hồ sơ",
    "role": "vai trò",
    "unit_id": "đơn vị",
    "active": "đang dùng",
    "label": "dùng cho",
}

RUN_STATES: Mapping[str, str] = {
    "running": "Đang chạy",
    "done": "Đã xong",
    "failed": "Bị lỗi",
    "cancelled": "Đã dừng theo yêu cầu",
}


def novelty_answers(novelty: Novelty) -> list[tuple[str, Sequence[Match]]]:
    """Each answer in words, with the earlier filings it rests on."""
    here, elsewhere = novelty.in_unit, novelty.elsewhere
    in_unit = UNIT_NOT_NAMED if here is None else IN_UNIT[not here]
    return [(in_unit, here or ()), (ELSEWHERE[not elsewhere], elsewhere)]


def against(evidence: Evidence) -> bool:
    """Whether it speaks against; of the weightless ones, the counter-signals do."""
    return evidence.weight < 0 or (evidence.weight == 0 and evidence.code.startswith("C"))


def reason(evidence: Evidence) -> str:
    """The chip of one reason, by its code and its side."""
    names, others = (AGAINST, FOR) if against(evidence) else (FOR, AGAINST)
    return names.get(evidence.code) or others.get(evidence.code) or evidence.code
