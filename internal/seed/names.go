package seed

import (
	"fmt"
	"math/rand/v2"

	"vinhdanh/model"
)

// weighted is a list to draw from, with how often each comes up.
type weighted[T any] []struct {
	value  T
	weight int
}

// draw picks one by its weight.
func (w weighted[T]) draw(r *rand.Rand) T {
	total := 0
	for _, x := range w {
		total += x.weight
	}
	at := r.IntN(total)
	for _, x := range w {
		if at -= x.weight; at < 0 {
			return x.value
		}
	}
	return w[0].value
}

// families are family names, each about as often in a thousand as in the country.
var families = weighted[string]{
	{"Nguyễn", 384}, {"Trần", 121}, {"Lê", 95}, {"Phạm", 70}, {"Huỳnh", 26}, {"Hoàng", 25}, {"Phan", 45}, {"Vũ", 20}, {"Võ", 19}, {"Đặng", 21},
	{"Bùi", 20}, {"Đỗ", 14}, {"Hồ", 13}, {"Ngô", 13}, {"Dương", 10}, {"Lý", 5}, {"Đinh", 8}, {"Trương", 12}, {"Đoàn", 7}, {"Trịnh", 6}, {"Mai", 6},
	{"Lâm", 6}, {"Tô", 3}, {"Cao", 5}, {"Châu", 3}, {"Hà", 5}, {"Thái", 3}, {"Quách", 1}, {"Kiều", 1}, {"Tạ", 2}, {"Lưu", 3}, {"Tăng", 1},
}

var middles = map[model.Gender]weighted[string]{
	model.GenderFemale: {{"Thị", 420}, {"Thị Thu", 40}, {"Thị Thanh", 40}, {"Thị Kim", 30}, {"Ngọc", 60}, {"Thu", 40}, {"Thanh", 40}, {"Kim", 30}, {"Minh", 30},
		{"Phương", 30}, {"Hồng", 30}, {"Mỹ", 20}, {"Bích", 20}, {"Khánh", 20}, {"Diễm", 15}, {"Như", 15}, {"Quỳnh", 15}, {"Bảo", 10}, {"Tuyết", 10}, {"Cẩm", 10}},
	model.GenderMale: {{"Văn", 330}, {"Hữu", 50}, {"Đức", 50}, {"Minh", 60}, {"Quốc", 50}, {"Thanh", 50}, {"Công", 30}, {"Xuân", 30}, {"Ngọc", 30}, {"Đình", 30},
		{"Hoàng", 40}, {"Anh", 20}, {"Trọng", 20}, {"Quang", 30}, {"Tấn", 25}, {"Thành", 25}, {"Bá", 10}, {"Gia", 10}, {"Viết", 10}, {"Phước", 15}},
}

var givens = map[model.Gender][]string{
	model.GenderFemale: {"Anh", "Lan", "Hương", "Hoa", "Mai", "Linh", "Trang", "Thảo", "Hằng", "Hà", "Nga", "Nhung", "Oanh", "Phượng", "Phương", "Quyên",
		"Thủy", "Thúy", "Trinh", "Tuyền", "Tuyết", "Uyên", "Vân", "Vy", "Yến", "Xuân", "Ngân", "Ngọc", "Loan", "Liên", "Kiều", "Huyền", "Huệ", "Hiền", "Hạnh",
		"Giang", "Duyên", "Dung", "Diệp", "Châu", "Chi", "Bình", "Ánh", "Ái", "Đào", "Như", "Tâm", "Thơ", "Thu", "Tiên"},
	model.GenderMale: {"Anh", "Bình", "Cường", "Dũng", "Dương", "Đạt", "Đức", "Giang", "Hải", "Hậu", "Hiếu", "Hiệp", "Hòa", "Hoàng", "Hùng", "Huy", "Hưng",
		"Khánh", "Khoa", "Khôi", "Kiên", "Lâm", "Lộc", "Long", "Lợi", "Luân", "Mạnh", "Minh", "Nam", "Nghĩa", "Nhân", "Phát", "Phong", "Phúc", "Phước", "Quân",
		"Quang", "Quý", "Sang", "Sơn", "Tài", "Tân", "Thái", "Thành", "Thắng", "Thịnh", "Toàn", "Trí", "Trung", "Tuấn", "Tùng", "Vinh", "Việt", "Vũ"},
}

// fullName makes up a name.
func fullName(r *rand.Rand, gender model.Gender) string {
	given := givens[gender]
	return families.draw(r) + " " + middles[gender].draw(r) + " " + given[r.IntN(len(given))]
}

// places are words that names of districts and wards are made of.
var places = []string{"An", "Bình", "Cát", "Đông", "Hòa", "Hưng", "Khánh", "Long", "Lộc", "Mỹ", "Nam", "Ninh", "Phú", "Phước", "Quang", "Sơn", "Tân", "Thạnh",
	"Thanh", "Thiện", "Thịnh", "Thuận", "Tiến", "Trung", "Vĩnh", "Xuân"}

// placeName is the n-th name of two words.
func placeName(n int) string {
	first, second := n%len(places), (n/len(places)+n*7+3)%len(places)
	if first == second {
		second = (second + 1) % len(places)
	}
	return places[first] + " " + places[second]
}

// offices are departments below a province or a district.
var offices = []string{"Nội vụ", "Tài chính – Kế hoạch", "Văn hóa và Thông tin", "Giáo dục và Đào tạo", "Tư pháp", "Y tế", "Tài nguyên và Môi trường",
	"Kinh tế", "Quản lý đô thị", "Lao động – Thương binh và Xã hội", "Thanh tra", "Dân tộc"}

// deeds are what awards are for.
var deeds = []string{"Hoàn thành xuất sắc nhiệm vụ năm %d", "Có thành tích trong công tác cải cách hành chính năm %d", "Có sáng kiến trong chuyển đổi số năm %d",
	"Có thành tích trong phong trào thi đua năm %d", "Có thành tích phục vụ nhân dân năm %d", "Rút ngắn thời gian giải quyết hồ sơ năm %d"}

func deed(r *rand.Rand, year int) string { return fmt.Sprintf(deeds[r.IntN(len(deeds))], year) }
