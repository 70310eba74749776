package packs_test

import (
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"abilita/content"
	"abilita/content/packs"
	"abilita/course/roleplay"
)

// shipped is what each pack must hold, counted by hand.
var shipped = map[string]struct {
	programme, line         string
	channels                []string
	validDays, midCheckDays int
	confirmDays, microDays  int
	requirements            []string
	meetings                int
	modules, scripts        int
	lists                   map[string]int // entries of each checklist
	checked                 string         // day of the sources
	bank, exam, mid         string
	items, midItems         int
	form, midForm           formOf
}{
	"linea-donazioni/it": {
		programme: "pr-donazioni", line: "donazioni", channels: []string{"phone"},
		validDays: 365, midCheckDays: 180, confirmDays: 5, microDays: 14,
		requirements: []string{"studio", "serate", "software", "prova-finale", "chiamata-uno", "chiamata-due", "postazione", "riservatezza"},
		meetings:     8, // four evenings, a lab, two windows of calls, a recovery
		modules:      8, scripts: 5,
		lists:   map[string]int{"li-maschera": 9, "li-postazione": 12, "li-riservatezza": 7},
		checked: "2026-11-20",
		bank:    "qz-banca", exam: "qz-finale", mid: "qz-controllo", items: 79, midItems: 18,
		form: formOf{24, 6}, midForm: formOf{8, 3},
	},
	"linea-donazioni/en": {
		programme: "pr-donazioni", line: "donazioni", channels: []string{"phone"},
		validDays: 365, midCheckDays: 180, confirmDays: 5, microDays: 14,
		requirements: []string{"studio", "serate", "software", "prova-finale", "chiamata-uno", "chiamata-due", "postazione", "riservatezza"},
		meetings:     8,
		modules:      8, scripts: 5,
		lists:   map[string]int{"li-maschera": 9, "li-postazione": 12, "li-riservatezza": 7},
		checked: "2026-11-20",
		bank:    "qz-banca", exam: "qz-finale", mid: "qz-controllo", items: 79, midItems: 18,
		form: formOf{24, 6}, midForm: formOf{8, 3},
	},
	"ascolto-emergenza/it": {
		programme: "pr-ascolto", line: "ascolto", channels: []string{"phone", "chat", "video"},
		validDays: 180, midCheckDays: 90, confirmDays: 2, microDays: 3,
		requirements: []string{
			"riservatezza", "studio", "incontri", "software", "sede", "prova-finale", "base", "telefono", "chat", "video", "postazione", "affiancamento",
		},
		meetings: 17, // six evenings, two labs, four windows of calls, a recovery, four groups of supervision
		modules:  8, scripts: 6,
		lists: map[string]int{
			"li-ascolto-coda": 10, "li-ascolto-postazione": 12, "li-ascolto-riservatezza": 10, "li-ascolto-sede": 10, "li-ascolto-affiancamento": 7,
		},
		checked: "2026-11-26",
		bank:    "qz-ascolto-banca", exam: "qz-ascolto-finale", mid: "qz-ascolto-controllo", items: 93, midItems: 18,
		form: formOf{30, 8}, midForm: formOf{8, 3},
	},
	"sportello-welfare/it": {
		programme: "pr-sportello", line: "sportello", channels: []string{"desk"},
		validDays: 540, midCheckDays: 270, confirmDays: 7, microDays: 14,
		requirements: []string{
			"riservatezza", "studio", "aula", "competenze", "solo", "diario", "prova-finale", "simulazione-uno", "simulazione-due", "postazione",
		},
		meetings: 9, // four evenings, two labs on the platform, two windows of calls, a recovery
		modules:  5, scripts: 5,
		lists: map[string]int{
			"li-sportello-osservo": 3, "li-sportello-insieme": 5, "li-sportello-solo": 4, // twelve competences
			"li-sportello-diario": 18, "li-sportello-postazione": 10, "li-sportello-riservatezza": 9,
		},
		checked: "2026-11-26",
		bank:    "qz-sportello-banca", exam: "qz-sportello-finale", mid: "qz-sportello-controllo", items: 60, midItems: 20,
		form: formOf{20, 4}, midForm: formOf{8, 2},
	},
}

// loaded holds each pack, read once: tests only look at it.
var loaded, problems = func() (map[string]content.Pack, map[string][]content.Problem) {
	all, found := map[string]content.Pack{}, map[string][]content.Problem{}
	for dir := range shipped {
		all[dir], found[dir] = content.Load(packs.FS, dir)
	}
	return all, found
}()

// A pack that is embedded and not in the table would be shipped unproved.
func TestEveryShippedPackIsProved(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(packs.FS, "*/*/"+content.ProgrammeFile)
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for _, name := range names {
		dirs = append(dirs, path.Dir(name))
	}
	if want := slices.Sorted(maps.Keys(shipped)); !slices.Equal(dirs, want) {
		t.Errorf("packs %v, want %v", dirs, want)
	}
}

// Somebody may be enrolled in two programmes: an id names one text only.
func TestNoIdIsInTwoPacks(t *testing.T) {
	t.Parallel()
	owner := map[string]string{}
	for dir, p := range loaded {
		for _, f := range p.Files() {
			if other, ok := owner[f.ID]; ok && other != p.Name {
				t.Errorf("%s is in %s and in %s", f.ID, other, dir)
			}
			owner[f.ID] = p.Name
		}
	}
}

// The shipped texts are held to more than others: not even advice is left.
func TestAShippedPackHasNoProblem(t *testing.T) {
	t.Parallel()
	for dir, p := range loaded {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			for _, f := range slices.Concat(problems[dir], content.Check(p)) {
				t.Error(f.Text("en"))
			}
		})
	}
}

func TestTheProgrammeAsksWhatTheLineAsks(t *testing.T) {
	t.Parallel()
	for dir, p := range loaded {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			g, want := p.Programme, shipped[dir]
			var keys []string
			for _, r := range g.Requirements {
				keys = append(keys, r.Key)
			}
			if !slices.Equal(keys, want.requirements) {
				t.Errorf("requirements %v, want %v", keys, want.requirements)
			}
			if g.ID != want.programme || g.Line != want.line || !slices.Equal(g.Channels, want.channels) || g.MinAge != 18 {
				t.Errorf("programme %s, line %s, channels %v, age %d", g.ID, g.Line, g.Channels, g.MinAge)
			}
			if g.ValidDays != want.validDays || g.MidCheck.AfterDays != want.midCheckDays || g.ConfirmDays != want.confirmDays || g.MicroDays != want.microDays {
				t.Errorf("%d days, check after %d, %d to confirm, %d for a short module", g.ValidDays, g.MidCheck.AfterDays, g.ConfirmDays, g.MicroDays)
			}
			meetings := 0
			for _, s := range g.Sessions {
				meetings += s.Count
			}
			if meetings != want.meetings {
				t.Errorf("%d meetings, want %d", meetings, want.meetings)
			}
			// The gate refuses who has no checked station or no signed pledge.
			kinds := map[content.RequirementKind]int{}
			for _, r := range g.Requirements {
				kinds[r.Kind]++
			}
			if kinds[content.ReqStation] != 1 || kinds[content.ReqPledge] != 1 {
				t.Errorf("%d stations and %d pledges, want one each", kinds[content.ReqStation], kinds[content.ReqPledge])
			}
		})
	}
}

// Each channel of the listening line has a call of its own besides the common
// one, and two people judge each.
func TestTheListeningLineIsJudgedByTwoOnEachChannel(t *testing.T) {
	t.Parallel()
	own := map[string]string{}
	for _, r := range loaded["ascolto-emergenza/it"].Programme.Requirements {
		if r.Kind != content.ReqRoleplay {
			continue
		}
		if r.Evaluators != 2 {
			t.Errorf("%s is judged by %d", r.Key, r.Evaluators)
		}
		own[r.Key] = strings.Join(r.Channels, " ")
	}
	if want := map[string]string{"base": "", "telefono": "phone", "chat": "chat", "video": "video"}; !maps.Equal(own, want) {
		t.Errorf("calls %v, want %v", own, want)
	}
}

func TestTheChecklistsAreWhole(t *testing.T) {
	t.Parallel()
	for dir, p := range loaded {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			got := map[string]int{}
			for _, l := range p.Checklists {
				got[l.File.ID] = len(l.Items)
			}
			if want := shipped[dir].lists; !maps.Equal(got, want) {
				t.Errorf("lists %v, want %v", got, want)
			}
		})
	}
}

func TestEachModuleIsWhole(t *testing.T) {
	t.Parallel()
	for dir, p := range loaded {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			if want := shipped[dir].modules; len(p.Modules) != want {
				t.Errorf("%d modules, want %d", len(p.Modules), want)
			}
			for _, m := range p.Modules {
				turns := 0
				for _, c := range m.Call {
					if c.Who != "" {
						turns++
					}
				}
				if m.Words < 900 || m.Words > 2000 {
					t.Errorf("%s has %d words", m.ID, m.Words)
				}
				if len(m.Objectives) == 0 || len(m.Pairs) < 6 || turns < 6 || len(m.Recall) < 3 || len(m.Tasks) == 0 || len(m.Sources) == 0 {
					t.Errorf("%s has %d objectives, %d pairs, %d turns, %d recall questions, %d tasks, %d sources",
						m.ID, len(m.Objectives), len(m.Pairs), turns, len(m.Recall), len(m.Tasks), len(m.Sources))
				}
				for _, pair := range m.Pairs {
					if pair.Why == "" {
						t.Errorf("%s does not say why not %s", m.ID, pair.Avoid)
					}
				}
				for _, s := range m.Sources {
					if s.Checked != shipped[dir].checked {
						t.Errorf("%s: %s checked on %q", m.ID, s.Text, s.Checked)
					}
				}
				for _, s := range sentences(m.Body) {
					if n := len(strings.Fields(s)); n >= 30 {
						t.Errorf("%s has a sentence of %d words: %s", m.ID, n, s)
					}
				}
			}
		})
	}
}

func TestEachScriptCanBeWonAndLost(t *testing.T) {
	t.Parallel()
	for dir, p := range loaded {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			if want := shipped[dir].scripts; len(p.Scripts) != want {
				t.Errorf("%d scripts, want %d", len(p.Scripts), want)
			}
			for _, s := range p.Scripts {
				if n := len(s.Nodes); n < 12 || n > 20 {
					t.Errorf("%s has %d nodes", s.File.ID, n)
				}
				proof := roleplay.Prove(s.Script)
				for _, f := range proof.Findings {
					t.Errorf("%s: %s at %d %v", s.File.ID, f.Code, f.Pos, f.Args)
				}
				if !proof.Whole || proof.Passing == 0 || proof.Best != 10000 {
					t.Errorf("%s: whole %v, %d of %d walks pass, the best with %d", s.File.ID, proof.Whole, proof.Passing, proof.Walks, proof.Best)
				}
				lost := map[string]bool{}
				for _, n := range s.Nodes {
					lost[n.Name] = n.End != nil && !n.End.Success
				}
				missteps := map[string]bool{} // nodes where a critical error or the end of the call is one choice away
				for _, n := range s.Nodes {
					for _, c := range n.Choices {
						if c.Feedback == "" {
							t.Errorf("%s:%d: no word on %q", s.Path, c.Pos, c.Text)
						}
						if len(c.Effect.Errors) > 0 || lost[c.To] {
							missteps[n.Name] = true
						}
					}
				}
				if len(missteps) < 4 {
					t.Errorf("%s can go wrong at %d moments only", s.File.ID, len(missteps))
				}
				t.Log(s.File.ID, len(s.Nodes), "nodes", proof.Walks, "walks", proof.Steps, "steps", proof.Passing, "pass")
			}
		})
	}
}

var sentenceEnd = regexp.MustCompile(`[.!?:;»”](?:\s|\*|$)|\n\s*\n|\n\s*(?:[-|>]|\d+\.|#)|\|`)

// sentences cuts a text roughly: at points, colons, cells and list marks. Where
// it cuts too much it only forgives.
func sentences(text string) []string { return sentenceEnd.Split(text, -1) }
