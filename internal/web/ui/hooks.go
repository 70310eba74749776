package ui

// Hooks is the page of the addresses that are told. Fields posted: url, lines.
type Hooks struct {
	Base
	Action string
	URL    string
	Lines  []Option
	Secret Code // just made, shown once; Value empty for none
	Rows   []HookRow
}

// Template names the page.
func (*Hooks) Template() string { return "hooks" }

// HookRow is one address.
type HookRow struct {
	URL, Lines, Made string
	Mark             Mark
	Note             string
	Resume           string   // address that tells it again; empty for none
	End              *Confirm // nil when it was ended
}
