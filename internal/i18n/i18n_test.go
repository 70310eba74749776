package i18n_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"abilita/internal/fault"
	"abilita/internal/i18n"
)

func load(t *testing.T) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func printers(t *testing.T) (it, en i18n.Printer) {
	t.Helper()
	c := load(t).Strict()
	return c.Printer(i18n.Italian), c.Printer(i18n.English)
}

func rome(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestEmbeddedCataloguesAgree(t *testing.T) {
	t.Parallel()
	if n := len(load(t).Keys()); n < 400 { // Load itself compares keys and values
		t.Errorf("%d keys, the embedded catalogues hold more", n)
	}
}

func TestLoadRefusesCataloguesThatDiffer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ it, en, want string }{
		"key missing in English":       {`{"a.x":"uno","a.y":"due"}`, `{"a.x":"one"}`, `catalogue en: no sentence for "a.y"`},
		"key missing in Italian":       {`{"a.x":"uno"}`, `{"a.x":"one","a.z":"three"}`, `catalogue it: no sentence for "a.z"`},
		"a value only in one language": {`{"a.x":"ciao {{.Name}}"}`, `{"a.x":"hello"}`, `"a.x" has values`},
		"a key of another subject":     {`{"b.x":"uno"}`, `{"b.x":"one"}`, `does not begin with "a."`},
		"an empty sentence":            {`{"a.x":""}`, `{"a.x":"one"}`, `is empty`},
		"a plural without one":         {`{"a.x":{"other":"{{.N}} cose"}}`, `{"a.x":{"other":"{{.N}} things"}}`, `needs the form "one"`},
		"no JSON":                      {`{`, `{}`, `parse`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := i18n.LoadFS(fstest.MapFS{"it/a.json": {Data: []byte(tc.it)}, "en/a.json": {Data: []byte(tc.en)}})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

func TestPlurals(t *testing.T) {
	t.Parallel()
	c, err := i18n.LoadFS(fstest.MapFS{
		"it/a.json": {Data: []byte(`{"a.things":{"one":"{{.N}} cosa","many":"{{.N}} di cose","other":"{{.N}} cose"},"a.plain":{"one":"una","other":"{{.N}} cose"}}`)},
		"en/a.json": {Data: []byte(`{"a.things":{"one":"{{.N}} thing","other":"{{.N}} things"},"a.plain":{"one":"one","other":"{{.N}} things"}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	it, en := c.Strict().Printer(i18n.Italian), c.Strict().Printer(i18n.English)
	for _, tc := range []struct {
		key    string
		n      int
		it, en string
	}{
		{"a.things", 0, "0 cose", "0 things"},
		{"a.things", 1, "1 cosa", "1 thing"},
		{"a.things", 2, "2 cose", "2 things"},
		{"a.things", 1000, "1.000 cose", "1,000 things"},
		{"a.things", 1000000, "1.000.000 di cose", "1,000,000 things"},
		{"a.plain", 1, "una", "one"},
		{"a.plain", 1000000, "1.000.000 cose", "1,000,000 things"}, // no "many": other
	} {
		if got := it.T(tc.key, "N", tc.n); got != tc.it {
			t.Errorf("it %s %d: %q, want %q", tc.key, tc.n, got, tc.it)
		}
		if got := en.T(tc.key, "N", tc.n); got != tc.en {
			t.Errorf("en %s %d: %q, want %q", tc.key, tc.n, got, tc.en)
		}
	}
}

// A sentence without plural forms is said of one thing as of many.
func TestOneOfSomethingWithoutPlural(t *testing.T) {
	t.Parallel()
	c, err := i18n.LoadFS(fstest.MapFS{"it/a.json": {Data: []byte(`{"a.of":"{{.N}} di {{.M}}"}`)}, "en/a.json": {Data: []byte(`{"a.of":"{{.N}} of {{.M}}"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 2, 1000000} {
		it, en := c.Printer(i18n.Italian), c.Printer(i18n.English)
		want := it.Number(n)
		if got := it.T("a.of", "N", n, "M", 24); got != want+" di 24" {
			t.Errorf("it: %q", got)
		}
		if got := en.T("a.of", "N", n, "M", 24); got != en.Number(n)+" of 24" {
			t.Errorf("en: %q", got)
		}
	}
}

func TestMissingSentenceAnswersWithItsKeyAndIsCounted(t *testing.T) {
	t.Parallel()
	c := load(t)
	p := c.Printer(i18n.Italian)
	for _, got := range []string{p.T("no.such"), p.T("form.errors"), p.T("form.errors", "N")} {
		if got != "no.such" && got != "form.errors" {
			t.Errorf("got %q, want the key", got)
		}
	}
	if c.Missing() != 3 {
		t.Errorf("counted %d, want 3", c.Missing())
	}
	if got := (i18n.Printer{}).T("a.b"); got != "a.b" {
		t.Errorf("zero printer says %q", got)
	}
}

func TestStrictPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic for a missing sentence")
		}
	}()
	load(t).Strict().Printer(i18n.English).T("no.such")
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]i18n.Lang{
		"": i18n.Italian, "it-IT,it;q=0.9": i18n.Italian, "en-GB,en;q=0.8": i18n.English, "de-DE,en;q=0.5": i18n.English,
		"ja": i18n.Italian, "it-CH": i18n.Italian, ";;;": i18n.Italian, "en;q=0.1, it;q=0.9": i18n.Italian,
	} {
		if got := i18n.Match(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	it, en := printers(t)
	zone := rome(t)
	at := time.Date(2027, 1, 20, 18, 45, 0, 0, zone)
	midnight := time.Date(2027, 1, 26, 0, 0, 0, 0, zone)
	first := time.Date(2027, 5, 1, 9, 5, 0, 0, zone)
	for _, tc := range []struct{ name, got, want string }{
		{"date", it.Date(at), "20 gennaio 2027"},
		{"date en", en.Date(at), "20 January 2027"},
		{"first of the month", it.Date(first), "1º maggio 2027"},
		{"first of the month en", en.Date(first), "1 May 2027"},
		{"long", it.DateLong(at), "mercoledì 20 gennaio 2027"},
		{"long en", en.DateLong(at), "Wednesday 20 January 2027"},
		{"day", it.Day(at), "mercoledì 20 gennaio"},
		{"time", it.Time(first), "09:05"},
		{"zoned", it.TimeZoned(at), "18:45, ora di Roma"},
		{"zoned en", en.TimeZoned(at), "18:45, Rome time"},
		{"date and time", it.DateTime(at), "20 gennaio 2027, 18:45, ora di Roma"},
		{"zone without a word", it.ZoneWord(at.In(must(t, "America/New_York"))), "ora di New York"},
		{"UTC", it.TimeZoned(at.UTC()), "17:45, UTC"},
		{"until the end of a day", it.Until(midnight, at), "alle 24 di lunedì 25 gennaio"},
		{"until the end of a day en", en.Until(midnight, at), "at 24:00 on Monday 25 January"},
		{"until, another year", it.Until(midnight.AddDate(1, 0, 0), at), "alle 24 di martedì 25 gennaio 2028"},
		{"until the end of the year", it.Until(time.Date(2028, 1, 1, 0, 0, 0, 0, zone), at), "alle 24 di venerdì 31 dicembre"},
		{"until, no now", it.Until(midnight, time.Time{}), "alle 24 di lunedì 25 gennaio 2027"},
		{"until within a day", it.Until(at, at), "alle 18:45 di mercoledì 20 gennaio"},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, tc.got, tc.want)
		}
	}
}

func must(t *testing.T, zone string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestClockChanges(t *testing.T) {
	t.Parallel()
	it, en := printers(t)
	zone := rome(t)
	autumn := time.Date(2027, 10, 31, 0, 0, 0, 0, time.UTC) // 02:00 summer time in Rome
	spring := time.Date(2027, 3, 28, 0, 59, 0, 0, time.UTC) // 01:59 in Rome, then 03:00
	for _, tc := range []struct {
		at   time.Time
		want string
	}{
		{autumn.Add(-time.Minute), "01:59"},
		{autumn, "02:00 (ora legale)"},
		{autumn.Add(59 * time.Minute), "02:59 (ora legale)"},
		{autumn.Add(time.Hour), "02:00 (ora solare)"},
		{autumn.Add(119 * time.Minute), "02:59 (ora solare)"},
		{autumn.Add(2 * time.Hour), "03:00"},
		{spring, "01:59"},
		{spring.Add(time.Minute), "03:00"},
		{spring.Add(61 * time.Minute), "04:00"},
	} {
		if got := it.Time(tc.at.In(zone)); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.at, got, tc.want)
		}
	}
	if got := en.Time(autumn.Add(time.Hour).In(zone)); got != "02:00 (winter time)" {
		t.Errorf("English: %q", got)
	}
	// The days of 23 and 25 hours end at their own midnight.
	for day, want := range map[time.Time]string{
		time.Date(2027, 3, 29, 0, 0, 0, 0, zone): "alle 24 di domenica 28 marzo",
		time.Date(2027, 11, 1, 0, 0, 0, 0, zone): "alle 24 di domenica 31 ottobre",
	} {
		if got := it.Until(day, day); got != want {
			t.Errorf("until %s: %q, want %q", day, got, want)
		}
	}
}

func TestNumbersAndLists(t *testing.T) {
	t.Parallel()
	it, en := printers(t)
	for _, tc := range []struct{ name, got, want string }{
		{"thousands", it.Number(1234567), "1.234.567"},
		{"thousands en", en.Number(1234567), "1,234,567"},
		{"small", it.Number(999), "999"},
		{"negative", it.Number(-1000), "−1.000"},
		{"zero", it.Number(0), "0"},
		{"percent", it.Percent(0.88), "88%"},
		{"percent never looks passed", it.Percent(0.7999), "79%"},
		{"percent exact", it.Percent(0.8), "80%"},
		{"percent 29", it.Percent(0.29), "29%"},
		{"all", en.Percent(1), "100%"},
		{"minutes", it.Duration(12 * time.Minute), "circa 12 minuti"},
		{"minutes up", it.Duration(11*time.Minute + time.Second), "circa 12 minuti"},
		{"one minute", it.Duration(time.Minute), "circa 1 minuto"},
		{"seconds", it.Duration(20 * time.Second), "meno di un minuto"},
		{"hour and minutes", it.Duration(80 * time.Minute), "circa 1 ora e 20 minuti"},
		{"hours en", en.Duration(2 * time.Hour), "about 2 hours"},
		{"exact", it.Exactly(20 * time.Minute), "20 minuti"},
		{"none", it.Join(nil), ""},
		{"one", it.Join([]string{"a"}), "a"},
		{"two", it.Join([]string{"a", "b"}), "a e b"},
		{"three", it.Join([]string{"a", "b", "c"}), "a, b e c"},
		{"euphonic", it.Join([]string{"Adele", "Emma"}), "Adele ed Emma"},
		{"English", en.Join([]string{"a", "b", "c"}), "a, b and c"},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, tc.got, tc.want)
		}
	}
}

func TestFaultsOfAForm(t *testing.T) {
	t.Parallel()
	it, _ := printers(t)
	var f fault.Form
	f.Add(true, "email", fault.New(fault.Invalid, "form.email"))
	f.Add(false, "name", fault.New(fault.Invalid, "form.required"))
	f.Add(true, "", fault.New(fault.Invalid, "form.required"))
	got := it.FormErrors(f)
	want := []i18n.FormError{{Field: "email", Text: it.T("form.email")}, {Text: it.T("form.required")}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if it.FieldError(f, "email") != it.T("form.email") || it.FieldError(f, "name") != "" || it.Fault(nil) != "" {
		t.Error("a field has the wrong sentence")
	}
}

// Every fault made anywhere in the program has a sentence: a person may read it.
func TestEveryFaultHasASentence(t *testing.T) {
	t.Parallel()
	c := load(t)
	made := regexp.MustCompile(`fault\.New\(\s*fault\.\w+,\s*"([^"]+)"`)
	found := 0
	root := filepath.Join("..", "..")
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "node_modules" || d.Name() == "abilita-data" || d.Name() == "abilita-demo") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return err
		}
		for _, m := range made.FindAllStringSubmatch(string(src), -1) {
			found++
			if !c.Has(m[1]) {
				t.Errorf("%s: no sentence for %q", path, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found == 0 {
		t.Error("found no fault at all: the pattern is wrong")
	}
}

func TestEveryGateReasonHasItsNextStep(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, code := range []string{
		"agent_unknown", "agent_suspended", "certificate_revoked", "certificate_suspended", "line_not_active", "not_in_register", "insurance_not_started",
		"under_age", "certificate_missing", "channel_not_certified", "certificate_not_started", "certificate_expired", "content_overdue", "station_unchecked",
		"pledge_missing", "level_listening_only", "supervisor_absent", "recency_lapsed", "paused",
	} {
		for _, key := range []string{"gate." + code, "gate." + code + "_next"} {
			if !c.Has(key) {
				t.Errorf("no sentence for %q", key)
			}
		}
	}
}

func BenchmarkT(b *testing.B) {
	c, err := i18n.Load()
	if err != nil {
		b.Fatal(err)
	}
	p := c.Printer(i18n.Italian)
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			p.T("home.road")
		}
	})
	b.Run("plural", func(b *testing.B) {
		for b.Loop() {
			p.T("form.errors", "N", 4)
		}
	})
}
