"""The abbreviations of union and industry papers, with what they stand for.

Matched as whole tokens in exactly this case. What has several readings, or is also an ordinary
letter, word or name, is listed apart and never rewritten: a comparison may try every reading.
"""

from typing import Final

_SINGLE: Final = """
CNVCLĐ = công nhân viên chức lao động
CBCNV = cán bộ công nhân viên
CBCNVLĐ = cán bộ công nhân viên lao động
CBCCVC = cán bộ công chức viên chức
NLĐ = người lao động
NSDLĐ = người sử dụng lao động
ĐVCĐ = đoàn viên công đoàn
CĐCS = công đoàn cơ sở
CĐBP = công đoàn bộ phận
CĐCTCS = công đoàn cấp trên cơ sở
CĐCTTTCS = công đoàn cấp trên trực tiếp cơ sở
CĐCTVN = công đoàn công thương việt nam
TLĐ = tổng liên đoàn lao động việt nam
LĐLĐVN = liên đoàn lao động việt nam
LĐLĐ = liên đoàn lao động
BCH = ban chấp hành
BTV = ban thường vụ
ĐCT = đoàn chủ tịch
UBKT = ủy ban kiểm tra
TĐKT = thi đua khen thưởng
LĐG = lao động giỏi
LĐST = lao động sáng tạo
CSTĐ = chiến sĩ thi đua
CSPL = chính sách pháp luật
QHLĐ = quan hệ lao động
TƯLĐTT = thỏa ước lao động tập thể
SKKN = sáng kiến kinh nghiệm
SKCTKT = sáng kiến cải tiến kỹ thuật
CTKT = cải tiến kỹ thuật
HLHSX = hợp lý hóa sản xuất
GPKT = giải pháp kỹ thuật
GPHI = giải pháp hữu ích
HĐSK = hội đồng sáng kiến
HĐKH = hội đồng khoa học
QĐ = quyết định
GTLL = giá trị làm lợi
KHKT = khoa học kỹ thuật
KHCN = khoa học và công nghệ
KH&CN = khoa học và công nghệ
NCKH = nghiên cứu khoa học
ĐMST = đổi mới sáng tạo
CNTT = công nghệ thông tin
CĐS = chuyển đổi số
CSDL = cơ sở dữ liệu
SXKD = sản xuất kinh doanh
NSLĐ = năng suất lao động
QLCL = quản lý chất lượng
KCS = kiểm tra chất lượng sản phẩm
NVL = nguyên vật liệu
VTTB = vật tư thiết bị
MMTB = máy móc thiết bị
ATVSLĐ = an toàn vệ sinh lao động
ATLĐ = an toàn lao động
BHLĐ = bảo hộ lao động
BHXH = bảo hiểm xã hội
PTBVCN = phương tiện bảo vệ cá nhân
PCCC = phòng cháy chữa cháy
PCCN = phòng chống cháy nổ
CNCH = cứu nạn cứu hộ
PCTT&TKCN = phòng chống thiên tai và tìm kiếm cứu nạn
PCD = phòng chống dịch
3TC = 3 tại chỗ
BVMT = bảo vệ môi trường
VSMT = vệ sinh môi trường
VSATTP = vệ sinh an toàn thực phẩm
TNLĐ = tai nạn lao động
BNN = bệnh nghề nghiệp
ANTT = an ninh trật tự
TBA = trạm biến áp
ĐZ = đường dây
ĐD = đường dây
DCL = dao cách ly
FCO = cầu chì tự rơi
LBS = dao cắt phụ tải
LBFCO = cầu chì tự rơi cắt có tải
REC = máy cắt tự đóng lại
QLVH = quản lý vận hành
QLKT = quản lý kỹ thuật
ĐL = điện lực
SCL = sửa chữa lớn
SCTX = sửa chữa thường xuyên
BDĐK = bảo dưỡng định kỳ
NMNĐ = nhà máy nhiệt điện
NMTĐ = nhà máy thủy điện
MF = máy phát
SCADA = hệ thống giám sát điều khiển và thu thập dữ liệu
DCS = hệ thống điều khiển phân tán
PLC = bộ điều khiển lập trình
HMI = giao diện người máy
RTU = thiết bị đầu cuối từ xa
VFD = biến tần
UAV = thiết bị bay không người lái
TKV = tập đoàn công nghiệp than khoáng sản việt nam
EVN = tập đoàn điện lực việt nam
PVN = tập đoàn dầu khí việt nam
VNSTEEL = tổng công ty thép việt nam
VINATABA = tổng công ty thuốc lá việt nam
HABECO = tổng công ty bia rượu nước giải khát hà nội
SABECO = tổng công ty bia rượu nước giải khát sài gòn
VINATEX = tập đoàn dệt may việt nam
VINACHEM = tập đoàn hóa chất việt nam
VINAPACO = tổng công ty giấy việt nam
VEAM = tổng công ty máy động lực và máy nông nghiệp việt nam
PETROLIMEX = tập đoàn xăng dầu việt nam
TCT = tổng công ty
CTCP = công ty cổ phần
Cty = công ty
CTy = công ty
TNHH = trách nhiệm hữu hạn
MTV = một thành viên
XN = xí nghiệp
PX = phân xưởng
NM = nhà máy
DNNN = doanh nghiệp nhà nước
BCT = bộ công thương
UBND = ủy ban nhân dân
KTV = kỹ thuật viên
ĐVT = đơn vị tính
trđ = triệu đồng
tr.đ = triệu đồng
"""

_SEVERAL: Final = """
ĐV = đoàn viên | đơn vị
CĐ = công đoàn | cao đẳng | chế độ | cấp độ
CĐCT = công đoàn công thương | công đoàn công ty | công đoàn cấp trên
SK = sáng kiến | sức khỏe
TBKT = tiến bộ kỹ thuật | thiết bị kỹ thuật
TB = thiết bị | tuabin | trung bình | thông báo
MC = máy cắt
TU = máy biến điện áp | tỉnh ủy | trung ương
VT = máy biến điện áp
TI = máy biến dòng điện
CT = máy biến dòng điện
HA = hạ áp
TA = trung áp
CA = cao áp
PC = công ty điện lực | máy tính
TM = tổ máy | thương mại | thay mặt
LH = lò hơi
BT = biến tần | bình thường | bê tông
TĐ = tập đoàn | thủy điện
DN = doanh nghiệp | đà nẵng
HN = hội nghị | hà nội
CN = công nhân | chi nhánh | công nghệ | công nghiệp
KS = kỹ sư | khoáng sản
MBA = máy biến áp
"""


def _rows(table: str) -> dict[str, str]:
    return dict(line.split(" = ") for line in table.strip().splitlines())


#: token -> expansion, lower case and without punctuation
EXPANSIONS: Final[dict[str, str]] = _rows(_SINGLE)
#: token -> its possible readings; never rewritten
AMBIGUOUS: Final[dict[str, tuple[str, ...]]] = {
    token: tuple(readings.split(" | ")) for token, readings in _rows(_SEVERAL).items()
}


def expand(token: str) -> str | None:
    """The expansion of an unambiguous abbreviation, or None."""
    return EXPANSIONS.get(token)


def readings(token: str) -> tuple[str, ...]:
    """Everything a token may stand for; empty where it is no known abbreviation."""
    single = EXPANSIONS.get(token)
    return (single,) if single else AMBIGUOUS.get(token, ())
