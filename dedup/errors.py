"""The one tree of errors. The docstring is the default message; errors carry data, never an HTTP status."""

from __future__ import annotations

import inspect
from typing import Any


class DedupError(Exception):
    """Có lỗi khi sàng lọc sáng kiến."""

    def __init__(self, message: str = "", **data: Any) -> None:
        self.message = message or inspect.cleandoc(type(self).__doc__ or "")
        self.data = data
        super().__init__(self.message)


class InvalidInput(DedupError):
    """Dữ liệu gửi lên không hợp lệ; xin sửa rồi gửi lại."""


class EmptyText(InvalidInput):
    """Thiếu tên sáng kiến; xin nhập tên."""


class TextTooLong(InvalidInput):
    """Văn bản quá dài; xin rút gọn hoặc đính kèm thành tệp."""


class SelfPair(InvalidInput):
    """Một hồ sơ không thể so với chính nó; xin chọn hai hồ sơ khác nhau."""


class AmbiguousCode(InvalidInput):
    """Mã này có ở nhiều đơn vị; xin ghi «đơn vị:mã» hoặc «#id»."""


class BadFile(InvalidInput):
    """Không đọc được tệp; xin kiểm tra lại tệp và định dạng."""

    def __init__(
        self,
        message: str = "",
        *,
        row: int | None = None,
        column: str | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(message or reason, row=row, column=column, reason=reason)
        self.row, self.column, self.reason = row, column, reason


class NotFound(DedupError):
    """Không tìm thấy."""


class InitiativeNotFound(NotFound):
    """Không có hồ sơ sáng kiến này; xin kiểm tra lại mã."""


class PairNotFound(NotFound):
    """Không có cặp nghi trùng này."""


class ImportNotFound(NotFound):
    """Không có lần nhập này; xin xem lại danh sách các lần nhập."""


class JobNotFound(NotFound):
    """Không có lần quét này."""


class AccountNotFound(NotFound):
    """Không có tài khoản này."""


class NotSignedIn(DedupError):
    """Xin đăng nhập để tiếp tục."""


class SignInRefused(NotSignedIn):
    """Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đã ngừng dùng."""


class TooManyAttempts(DedupError):
    """Sai quá nhiều lần; xin chờ rồi thử lại."""


class Forbidden(DedupError):
    """Tài khoản của bạn không được làm việc này; xin nhờ người có quyền."""


class PasswordDue(Forbidden):
    """Mật khẩu đang dùng chỉ dùng một lần; xin đặt mật khẩu mới trước đã."""


class OwnCase(Forbidden):
    """Cặp này có một hồ sơ của đơn vị bạn và một của đơn vị khác: không ai kết luận một mình cho đơn vị mình; xin để người ngoài hai đơn vị hoặc cấp trên kết luận."""


class NothingAdapted(NotFound):
    """Không có phiên bản mô hình này cho mô hình gốc đang dùng; xin chạy «sangkien adapt»."""


class NothingLearned(NotFound):
    """Không có phiên bản chấm điểm này, hoặc chưa học được phiên bản nào; xin chạy «sangkien learn»."""


class Conflict(DedupError):
    """Dữ liệu đã thay đổi từ lúc bạn xem; xin tải lại rồi quyết định."""


class StaleSuggestion(Conflict):
    """Văn bản của cặp này đã thay đổi từ lúc bạn xem; xin xem lại trước khi kết luận."""


class StaleVersion(Conflict):
    """Hồ sơ vừa được người khác sửa; xin tải lại trước khi lưu."""


class ContradictoryDecision(Conflict):
    """Kết luận này trái với các kết luận đang có hiệu lực; xin xem các cặp nêu kèm."""


class InitiativeExists(Conflict):
    """Đã có hồ sơ mang mã này trong đơn vị."""


class AccountExists(Conflict):
    """Đã có tài khoản mang tên đăng nhập hoặc họ tên này; hai người trùng tên thì ghi thêm đơn vị vào họ tên."""


class LastAdmin(Conflict):
    """Phải còn ít nhất một tài khoản quản trị đang dùng; xin đặt người khác làm quản trị trước."""


class VerdictsRest(Conflict):
    """Có kết luận dựa trên các hồ sơ của lần nhập này; xin xem danh sách, hoặc chọn «vẫn thu hồi»."""


class NothingBefore(Conflict):
    """Đang dùng bản chấm điểm gốc; không có phiên bản nào trước đó để quay lại."""


class OtherBase(Conflict):
    """Phiên bản này học trên bản gốc hoặc mô hình khác với đang dùng; xin chạy «sangkien learn» lại."""


class JobRunning(Conflict):
    """Đang có một lần quét khác; xin chờ hoặc hủy lần đó trước."""


class JobLost(Conflict):
    """Lần quét này đã kết thúc hoặc đã bị coi là ngừng nên không ghi gì thêm; xin xem lần mới nhất."""


class IdempotencyMismatch(Conflict):
    """Khóa chống lặp này đã dùng cho một yêu cầu khác."""


class Unavailable(DedupError):
    """Hệ thống chưa sẵn sàng; xin thử lại sau ít phút."""


class IndexNotReady(Unavailable):
    """Chỉ mục đang được dựng lại; xin thử lại sau ít phút."""


class IndexModelMismatch(Unavailable):
    """Chỉ mục thuộc mô hình khác; hãy chạy «sangkien reindex»."""


class ModelUnavailable(Unavailable):
    """Không nạp được mô hình; kiểm tra thư mục mô hình, hoặc đặt SANGKIEN_MODEL=lexical."""


class DatabaseBusy(Unavailable):
    """Cơ sở dữ liệu đang bận; xin thử lại sau giây lát."""


class DatabaseUnavailable(Unavailable):
    """Không dùng được cơ sở dữ liệu; kiểm tra ổ đĩa và SANGKIEN_DATABASE_URL."""
