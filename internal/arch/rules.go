package arch

import "slices"

// stores hold SQL. Two stores never import each other.
var stores = []string{
	"course/coursedb", "quiz/quizdb", "scheduler/schedulerdb", "content/contentdb", "internal/people/peopledb",
	"internal/audit", "internal/outbox",
}

// rules are the pure packages: values and functions, no context, no SQL, no
// clock, no log.
var rules = []string{
	"course", "course/roleplay", "course/roleplay/exchange", "course/cert", "course/gate", "course/proof", "course/lease", "course/catalogue",
	"quiz", "quiz/itemstat", "quiz/exchange",
	"scheduler", "scheduler/ical",
	"content", "content/exchange", "content/markdown", "content/media",
	"internal/people", "internal/fault", "internal/pan", "internal/foreign",
}

// ruleTypes are the packages whose values the edges may show.
var ruleTypes = []string{
	"course", "course/roleplay", "course/cert", "course/gate", "course/proof", "course/lease", "course/catalogue", "quiz", "quiz/itemstat", "scheduler", "content",
	"content/exchange", "content/markdown", "content/media", "internal/people", "internal/pan", "internal/foreign",
}

// may says which packages of ours each package may import. A package that is
// not here fails: place it on purpose.
var may = map[string][]string{
	// 5 wiring
	"cmd/abilita": {everything},

	// 4 edges
	"internal/site":        {"internal/web", "internal/web/ui", "internal/api", "internal/app", "internal/httpd", "internal/i18n", "internal/metrics", "internal/people"},
	"internal/robot":       {},
	"internal/sidecar":     {"course/lease"},                                                                    // beside a phone system: no database, no page
	"internal/walkthrough": {"content", "course/cert", "quiz", "course/gate", "course/proof", "internal/robot"}, // the proof is judged as a stranger would
	"internal/web/webtest": {"internal/app/apptest", "internal/robot", "internal/site"},
	"internal/web":         join(ruleTypes, "internal/app", "internal/httpd", "internal/web/ui", "internal/web/gallery", "internal/i18n", "internal/fault", "internal/metrics", "internal/pdf", "internal/mail", "scheduler/ical", "quiz/exchange"), // mail for the words of a letter
	"internal/web/gallery": join(ruleTypes, "internal/web/ui", "internal/i18n", "internal/fault"),
	"internal/web/ui":      join(ruleTypes, "internal/i18n", "internal/fault"),
	"internal/api":         join(ruleTypes, "internal/app", "internal/httpd", "internal/web/ui", "internal/i18n", "internal/fault", "internal/metrics"),
	"internal/api/engines": {},                                                                                       // files
	"internal/httpd":       {"internal/people", "internal/fault", "internal/metrics", "internal/pan", "internal/pg"}, // pg for the value Command only
	"internal/mail":        {"internal/outbox", "internal/i18n", "internal/fault", "internal/pg", "internal/metrics"},
	"internal/hooks":       {"internal/app"},
	"internal/backup":      {"internal/pg", "internal/fault"},
	"scheduler/jobs":       {"internal/pg", "internal/metrics", "internal/fault"},
	"internal/pdf":         {"internal/i18n", "internal/fault"},

	// 3 use cases
	"internal/app/apptest": join(slices.Concat(ruleTypes, stores), "internal/app", "internal/pg", "internal/pg/pgtest", "internal/blob"),
	"internal/app":         join(slices.Concat(ruleTypes, stores), "internal/pg", "internal/fault", "quiz/exchange", "scheduler/ical", "content/packs", "internal/blob"),

	// 2 stores
	"course/coursedb":          {"course", "course/catalogue", "course/roleplay", "course/cert", "course/gate", "course/proof", "internal/people", "internal/pg", "internal/fault"},
	"quiz/quizdb":              {"quiz", "quiz/itemstat", "internal/people", "internal/pg", "internal/fault"},
	"scheduler/schedulerdb":    {"scheduler", "internal/people", "internal/pg", "internal/fault"},
	"content/contentdb":        {"content", "content/media", "internal/people", "internal/pg", "internal/fault"},
	"internal/people/peopledb": {"internal/people", "internal/pg", "internal/fault"},
	"internal/audit":           {"internal/people", "internal/pg", "internal/fault"},
	"internal/outbox":          {"internal/people", "internal/pg", "internal/fault"},
	"internal/pg":              {"internal/fault"},
	"internal/pg/embedded":     {"internal/fault"},
	"internal/pg/pgtest":       {"internal/pg", "internal/pg/embedded", "migrations"},

	// 1 rules
	"course":                   {"internal/people", "internal/fault"},
	"course/roleplay":          {"internal/fault"},
	"course/roleplay/exchange": {"course/roleplay", "content/markdown", "internal/foreign", "internal/fault"},
	"course/cert":              {"internal/people", "internal/fault"},
	"course/gate":              {"course/cert", "internal/people", "internal/fault"},
	"course/proof":             {"course/cert", "course/gate", "internal/people"},
	"course/lease":             {},
	"course/catalogue":         {},
	"quiz":                     {"internal/people", "internal/fault"},
	"quiz/itemstat":            {},
	"quiz/exchange":            {"quiz", "internal/foreign", "internal/fault"},
	"scheduler":                {"internal/people", "internal/fault"},
	"scheduler/ical":           {"scheduler"},
	"content":                  {"course", "course/roleplay", "course/cert", "quiz", "scheduler", "content/markdown", "content/media", "internal/foreign", "internal/fault", "internal/pan"},
	"content/exchange":         {"content", "content/markdown", "content/media", "course/roleplay/exchange", "quiz", "quiz/exchange", "internal/foreign", "internal/fault"},
	"content/markdown":         {"internal/fault"},
	"content/media":            {"internal/fault"},

	// 0 leaves
	"content/packs":                {},
	"internal/blob":                {},
	"migrations":                   {},
	"internal/people":              {"internal/fault", "internal/pan"},
	"internal/fault":               {},
	"internal/pan":                 {},
	"internal/foreign":             {"internal/fault"},
	"internal/foreign/foreigntest": {},
	"internal/i18n":                {"internal/fault"},
	"internal/metrics":             {},
	"internal/config":              {"internal/fault"},
	"internal/clock":               {},
	"internal/arch":                {},
	"internal/testkit":             {"internal/fault"},
}

// testsOnly are packages of ours that no shipped file imports.
var testsOnly = []string{"internal/pg/pgtest", "internal/testkit", "internal/arch", "internal/app/apptest", "internal/web/webtest", "internal/foreign/foreigntest"}

// only says where each library may be imported, by prefix of its path. A
// library that is not here fails: it needs a line in the record of direct
// dependencies too. Test files may import any of them.
var only = map[string][]string{
	"github.com/gin-gonic/gin":           {"internal/httpd", "internal/web", "internal/api", "internal/site"},
	"github.com/go-co-op/gocron/v2":      {"scheduler/jobs"},
	"github.com/yuin/goldmark":           {"content/markdown", "content"},
	"github.com/microcosm-cc/bluemonday": {"content/markdown"},
	"github.com/jmoiron/sqlx":            join(stores, "internal/pg", "internal/pg/embedded", "internal/pg/pgtest"),
	"github.com/lib/pq":                  join(stores, "internal/pg", "internal/pg/embedded", "internal/pg/pgtest"),
	"github.com/pressly/goose/v3":        {"internal/pg"},
	"github.com/alecthomas/kong":         {"internal/config", "cmd/abilita"},
	"github.com/go-json-experiment/json": {"internal/httpd", "internal/api"},
	"github.com/nicksnyder/go-i18n/v2":   {"internal/i18n"},
	"golang.org/x/text":                  {"internal/i18n", "internal/people", "internal/people/peopledb", "internal/app", "quiz", "content", "content/markdown"},
	"golang.org/x/crypto":                {"internal/app", "internal/people", "internal/backup"},
	"golang.org/x/sync":                  {"internal/app", "internal/httpd", "cmd/abilita"},
	"golang.org/x/net":                   {"content/markdown", "internal/robot", "internal/foreign"},
	"golang.org/x/image":                 {"internal/pdf", "content/media"},
	"github.com/minio/minio-go/v7":       {"internal/blob"},
	"github.com/wneessen/go-mail":        {"internal/mail"},
	"codeberg.org/go-pdf/fpdf":           {"internal/pdf"},
	"github.com/boombuler/barcode":       {"internal/pdf", "internal/web"},
	"github.com/klauspost/compress":      {"internal/httpd", "internal/web/ui"},

	"github.com/prometheus/client_golang": {"internal/metrics"},

	"github.com/google/uuid":         {"scheduler/jobs"}, // a type in gocron's listeners
	"github.com/google/go-cmp":       {},
	"github.com/PuerkitoBio/goquery": {"internal/testkit"},
	"github.com/chromedp/chromedp":   {"internal/testkit", "internal/web/webtest"},
	"github.com/chromedp/cdproto":    {"internal/testkit", "internal/web/webtest"},
	"github.com/getkin/kin-openapi":  {},
	"github.com/emiago/sipgo":        {},

	"github.com/anishathalye/porcupine": {},
	"github.com/arran4/golang-ical":     {},
	"github.com/emersion/go-smtp":       {"internal/testkit"},
	"github.com/emersion/go-sasl":       {"internal/testkit"},
	"github.com/jba/templatecheck":      {},
	"github.com/johannesboyne/gofakes3": {},
	"github.com/jonboulle/clockwork":    {},
	"go.uber.org/goleak":                {"internal/testkit"},
	"pgregory.net/rapid":                {},
}

// notInRules are packages of the standard library that rules do without.
var notInRules = []string{"context", "database/sql", "net/http", "os", "log", "log/slog"}

// noClock are the packages that take every instant as an argument.
var noClock = append(slices.Clone(rules), "internal/app")

// clockWords are the functions of package time that read the clock.
var clockWords = []string{"Now", "Since", "Until"}

// everything in may allows everything but the packages for tests.
const everything = "*"

func join(a []string, b ...string) []string { return slices.Concat(a, b) }
