package exchange

import (
	"regexp"
	"strings"

	"abilita/internal/foreign"
)

// strip takes macros and comments out of a text that begins on line at, tells them,
// and writes links that macros make as links. The lines stay where they are.
func (r *tweeReader) strip(text string, at, depth int) string {
	var b strings.Builder
	absent := map[string]bool{"]<": !strings.Contains(text, "]<")}
	for i := 0; i < len(text); {
		n := 0
		var out string
		if strings.IndexByte("/<([|\\", text[i]) >= 0 && depth < foreign.MaxDepth {
			out, n = r.code(text[i:], at, depth, absent)
		}
		if n == 0 {
			b.WriteByte(text[i])
			n = 1
			if text[i] == '\n' {
				at++
			}
			i++
			continue
		}
		lines := strings.Count(text[i:i+n], "\n")
		b.WriteString(out)
		b.WriteString(strings.Repeat("\n", max(0, lines-strings.Count(out, "\n"))))
		at += lines
		i += n
	}
	return b.String()
}

var (
	namedHook  = regexp.MustCompile(`^\|\w{1,40}>\[`)
	hookName   = regexp.MustCompile(`^<\w{1,40}\|`)
	snowmanEnd = regexp.MustCompile(`^<%\s*\}\s*;?\s*%>$`)
	harloweAt  = regexp.MustCompile(`^\(([A-Za-z][A-Za-z0-9_-]{0,40}):`)
	sugarAt    = regexp.MustCompile(`^<<\s*(/?)\s*([A-Za-z=-][\w-]*|=|-)`)
	quotedForm = regexp.MustCompile(`"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'`)
)

// code reads what begins s and is no text: what stands in its place, and how long
// it is, 0 when it is text after all. absent are marks that do not come any more.
func (r *tweeReader) code(s string, at, depth int, absent map[string]bool) (out string, n int) {
	upTo := func(open, shut string) bool {
		if !strings.HasPrefix(s, open) || absent[shut] {
			return false
		}
		end := strings.Index(s[len(open):], shut)
		if end < 0 {
			absent[shut] = true
			return false
		}
		n = len(open) + end + len(shut)
		return true
	}
	switch {
	case upTo("/*", "*/"), upTo("/%", "%/"), upTo("<!--", "-->"):
		r.told("comment", at)
		return "", n
	case strings.HasPrefix(s, "<<"):
		return r.sugar(s, at)
	case upTo("<%", "%>"):
		if snowmanEnd.MatchString(s[:n]) {
			return "", n
		}
		r.lost(s[:n], at)
		if strings.HasPrefix(s, "<%=") {
			out = "…"
		}
		return out, n
	case s[0] == '<':
		for _, name := range []string{"script", "style"} {
			if len(s) > len(name)+1 && strings.EqualFold(s[1:len(name)+1], name) && upTo(s[:len(name)+1], "</"+s[1:len(name)+1]+">") {
				r.lost(s[:n], at)
				return "", n
			}
		}
	case strings.HasPrefix(s, "[["):
		if _, _, n = linkAt(s); n > 0 {
			return s[:n], n
		}
	case s[0] == '[':
		if inner, target, n := pictureAt(s); n > 0 {
			title, picture := link(inner)
			r.told("picture_lost", at, "name", foreign.Short(picture))
			if target == "" {
				return "", n
			}
			if title == picture {
				title = target
			}
			return "[[" + title + "->" + target + "]]", n
		}
		if !absent["]<"] {
			if end := r.balanced(s, '[', ']'); end > 0 && hookName.MatchString(s[end:]) {
				return r.strip(s[1:end-1], at, depth+1), end + len(hookName.FindString(s[end:]))
			}
		}
	case s[0] == '|':
		if m := namedHook.FindString(s); m != "" {
			if end := r.balanced(s[len(m)-1:], '[', ']'); end > 0 {
				return r.strip(s[len(m):len(m)+end-2], at, depth+1), len(m) - 1 + end
			}
		}
	case strings.HasPrefix(s, "\\\n"):
		return "", 1
	case s[0] == '(':
		return r.harlowe(s, at, depth)
	}
	return "", 0
}

// pictureAt reads the picture of SugarCube that begins s, "[img[picture][passage]]",
// which may be a link. n is how long it is, 0 for none.
func pictureAt(s string) (picture, target string, n int) {
	s = s[:min(len(s), 1000)]
	rest, found := strings.CutPrefix(strings.TrimLeft(s[1:], "<>"), "img[")
	if !found {
		return "", "", 0
	}
	picture, rest, found = strings.Cut(rest, "]")
	if more, isLink := strings.CutPrefix(rest, "["); found && isLink {
		if target, rest, found = strings.Cut(more, "]"); found && strings.HasPrefix(rest, "[") {
			_, rest, found = strings.Cut(rest[1:], "]")
		}
	}
	if !found || !strings.HasPrefix(rest, "]") || strings.ContainsAny(picture+target, "[\n") {
		return "", "", 0
	}
	return picture, target, len(s) - len(rest) + 1
}

// How long a macro may be, and how many bytes of a story may be looked at in search
// of where macros end: who leaves them all open does not make the reader slow.
const (
	maxHidden = 64 << 10
	maxLooks  = 16 << 20
)

// may counts a byte that is looked at.
func (r *tweeReader) may() bool {
	if *r.looks++; *r.looks == maxLooks {
		r.told("more_lost", 0)
	}
	return *r.looks < maxLooks
}

// sugar reads a macro of SugarCube: "<<name …>>", with what it holds where that is
// no text.
func (r *tweeReader) sugar(s string, at int) (string, int) {
	m := sugarAt.FindStringSubmatch(s)
	end := r.macroEnd(s)
	if m == nil || end == 0 {
		return "", 0
	}
	macro, name := s[:end], strings.ToLower(m[2])
	args := strings.TrimSuffix(macro[len(m[0]):], ">>")
	if m[1] != "" || strings.HasPrefix(name, "end") {
		return "", end // what it closes has been told
	}
	switch name {
	case "if", "elseif", "else":
		r.lost(macro, at)
		return " ", end
	case "=", "-", "print":
		r.lost(macro, at)
		return "…", end
	case "include", "display":
		if target := firstTarget(args); target != "" {
			r.includes = append(r.includes, lead{target, macro, at})
		}
	case "goto":
		if target := firstTarget(args); target != "" {
			r.leads = append(r.leads, lead{target, macro, at})
			return "", end
		}
	case "script", "silently", "silent", "style", "widget", "createplaylist", "cacheaudio":
		_, n := r.container(s, end, name)
		r.lost(s[:n], at)
		return "", n
	case "link", "button", "click", "linkreplace", "linkappend", "linkprepend":
		inner, n := r.container(s, end, name)
		words, target := "", ""
		if i := strings.Index(args, "[["); i >= 0 {
			if in, setter, k := linkAt(args[i:]); k > 0 {
				words, target = link(in)
				if setter != "" {
					r.lost("["+setter+"]", at)
				}
			}
		} else if list := quoted(args); len(list) > 1 {
			words, target = list[0], list[1]
		} else if len(list) == 1 {
			words = list[0]
		}
		if target == "" {
			target = gone(inner)
		} else if name == "link" || name == "button" || name == "click" {
			r.inner(inner, at+strings.Count(macro, "\n"))
		}
		if target != "" {
			if words == "" {
				words = target
			}
			return "[[" + words + "->" + target + "]]", n
		}
	}
	r.lost(macro, at)
	return "", end
}

// inner tells of the logic that a link runs.
func (r *tweeReader) inner(text string, at int) {
	if strings.TrimSpace(text) != "" {
		r.lost(text, at)
	}
}

// macroEnd is where the macro that begins s ends, 0 when it does not. What stands
// between quotation marks does not end it.
func (r *tweeReader) macroEnd(s string) int {
	for i := 2; i < len(s) && i < maxHidden && r.may(); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\'' || c == '`':
			if end := closing(s[i+1:], c); end >= 0 {
				i += end + 1
			}
		case c == '>' && strings.HasPrefix(s[i:], ">>"):
			return i + 2
		}
	}
	return 0
}

// closing is where a quotation on one line ends, -1 when it does not.
func closing(s string, quote byte) int {
	for i := 0; i < len(s) && s[i] != '\n'; i++ {
		switch s[i] {
		case '\\':
			i++
		case quote:
			return i
		}
	}
	return -1
}

// container is what a macro holds up to where it is closed, and where that ends; a
// macro that is not closed holds nothing.
func (r *tweeReader) container(s string, from int, name string) (inner string, end int) {
	open := 1
	for i := from; i < len(s) && i < from+maxHidden && r.may(); i++ {
		if s[i] != '<' || !strings.HasPrefix(s[i:], "<<") {
			continue
		}
		m := sugarAt.FindStringSubmatch(s[i:])
		switch {
		case m == nil:
		case m[1] == "" && m[2] == name:
			open++
		case m[1] != "" && m[2] == name, m[2] == "end"+name:
			if open--; open == 0 {
				if n := r.macroEnd(s[i:]); n > 0 {
					return s[from:i], i + n
				}
			}
		}
	}
	return "", from
}

func quoted(s string) []string {
	var list []string
	for _, m := range quotedForm.FindAllStringSubmatch(s, 4) {
		list = append(list, m[1]+m[2])
	}
	return list
}

func firstTarget(args string) string {
	if i := strings.Index(args, "[["); i >= 0 {
		if inner, _, n := linkAt(args[i:]); n > 0 {
			_, target := link(inner)
			return target
		}
	}
	if list := quoted(args); len(list) > 0 {
		return list[0]
	}
	return ""
}

var goneForm = regexp.MustCompile(`<<\s*goto\s+([^<>\n]{1,300})>>|(?i)\(go-?_?to:\s*("[^"\n]{1,300}"|'[^'\n]{1,300}')\s*\)`)

// gone is where the logic of a link goes to, "" for nowhere.
func gone(text string) string {
	if m := goneForm.FindStringSubmatch(text); m != nil {
		return firstTarget(m[1] + m[2])
	}
	return ""
}

// harloweNames are the macros of Harlowe, without dashes: words between parentheses
// may have a colon too.
var harloweNames = regexp.MustCompile(`^(?:a|action|after|alert|align|all|altered|animate|append|array|background|bg|bind|border|bordercolor|box|button|change|char|charsof|charstyle` +
	`|clearmind|click|clickappend|clickgoto|clickprepend|clickreplace|clickrerun|clickundo|color|colour|columns|cond|confirm|css|currentdate` +
	`|currenttime|cycle|cyclinglink|datamap|datanames|datapairs|dataset|datavalues|debug|decorate|dialog|display|dm|dropdown|ds|either|else|elseif` +
	`|enchant|enchantin|event|exclusivity|find|folded|font|footer|for|forcecheckbox|forcedropdown|forceinput|forget|gamecovered|goto|gotourl` +
	`|gradient|header|hidden|hide|history|hook|hover|hoverstyle|hsl|hsla|hsluv|iconcounter|icondown|iconrestart|iconundo|if|ifs|ignore|input` +
	`|inputbox|interlaced|joined|keys|lch|link|linkfresh|linkgoto|linkonce|linkrepeat|linkreplace|linkrerun|linkreveal|linkrevealgoto|linkshow` +
	`|linkstorylet|linkto|linkundo|live|loadgame|loop|lowercase|lowerfirst|macro|magnify|mask|matches|max|metadata|meter|min|mockturns|mockvisits` +
	`|monthday|mousemove|mousemoveappend|mouseout|mouseoutgoto|mouseover|mouseovergoto|move|msg|none|nonstick|nth|num|number|openstorylets|openurl` +
	`|output|p|page|pagetitle|palette|partial|pass|passage|passages|permutations|plural|prepend|print|prompt|put|random|range|redirect|reload` +
	`|repeated|replace|replaceonce|replacewith|rerun|restart|reverse|rgb|rgba|rotated|rotatedto|round|savedgames|savegame|scroll|seed|select|seq` +
	`|sequencelink|set|shared|show|shuffled|sorted|source|sourceof|split|squish|static|stop|storylet|str|string|subarray|substring|t8n|t8narrive` +
	`|t8ndelay|t8ndepart|t8nskip|t8ntime|test|text|textcolor|textcolour|textindent|textrotate|textrotatex|textrotatey|textrotatez|textsize` +
	`|textstyle|transition|transitionarrive|transitiondelay|transitiondepart|trim|trunc|ts|undo|undolink|unhide|unless|unpack|uppercase|upperfirst` +
	`|urgency|v|verbatim|verbatimprint|verbatimsource|visits|vt8n|weekday|words|wrap)$`)

var dashes = strings.NewReplacer("-", "", "_", "")

// harlowe reads a macro of Harlowe, "(name: …)", and the hook "[…]" that hangs on it.
func (r *tweeReader) harlowe(s string, at, depth int) (string, int) {
	m := harloweAt.FindStringSubmatch(s)
	if m == nil || r.format != "" && !strings.HasPrefix(r.format, "harlowe") {
		return "", 0
	}
	name := strings.ToLower(dashes.Replace(m[1]))
	if !harloweNames.MatchString(name) {
		return "", 0
	}
	end := r.balanced(s, '(', ')')
	if end == 0 {
		return "", 0
	}
	macro := s[:end]
	r.hooked = true
	hook, from, n := r.hookAt(s, end)
	below := at + strings.Count(s[:from], "\n")
	list := quoted(macro)
	linked := strings.HasPrefix(name, "link") || strings.HasPrefix(name, "click") || strings.HasPrefix(name, "mouse")
	target := ""
	switch {
	case name == "goto" && len(list) > 0:
		r.leads = append(r.leads, lead{list[0], macro, at})
		return "", end
	case (name == "linkgoto" || name == "linkrevealgoto" || name == "linkto") && len(list) > 0:
		target = list[min(1, len(list)-1)]
	case linked && strings.HasSuffix(name, "goto") && len(list) > 0:
		target = list[len(list)-1]
	case linked:
		target = gone(hook)
	}
	if target == "" {
		r.lost(macro, at)
		if name == "print" {
			return "…", end
		}
		if name == "display" && len(list) > 0 {
			r.includes = append(r.includes, lead{list[0], macro, at})
		}
		return strings.Repeat("\n", strings.Count(s[:from], "\n")) + r.strip(hook, below, depth+1) + " ", n
	}
	words := target
	if strings.HasPrefix(name, "link") && len(list) > 0 {
		words = list[0]
	}
	r.inner(hook, below)
	return "[[" + words + "->" + target + "]]", n
}

// hookAt is the hook that follows a macro that ends at end, on its line or below:
// what it holds, where that begins, and where it ends.
func (r *tweeReader) hookAt(s string, end int) (hook string, from, n int) {
	for from = end; from < len(s) && strings.IndexByte(" \t", s[from]) >= 0; from++ {
	}
	if from >= len(s) || s[from] != '[' || strings.HasPrefix(s[from:], "[[") {
		return "", end, end
	}
	if n = r.balanced(s[from:], '[', ']'); n == 0 {
		return "", end, end
	}
	return s[from+1 : from+n-1], from + 1, from + n
}

// balanced is where the bracket that opens s is closed, 0 when it is not. Quotations
// are passed over in parentheses.
func (r *tweeReader) balanced(s string, open, shut byte) int {
	depth := 0
	for i := 0; i < len(s) && i < maxHidden && r.may(); i++ {
		switch c := s[i]; {
		case c == '"' && open == '(':
			if end := closing(s[i+1:], c); end >= 0 {
				i += end + 1
			}
		case c == open:
			depth++
		case c == shut:
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}
