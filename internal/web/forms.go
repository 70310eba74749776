package web

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

// act serves a form: it decodes body, does the command and goes on to then, in
// which "{id}" stands for what was made; do may set another Then. What do
// refuses, and what the decoder refuses in a field (a card number, no number),
// comes back as page with what was typed. What is no form of ours stays an error.
func act(c *gin.Context, body any, then string, do func(cmd *app.Command) error, page func() (ui.View, error)) (ui.View, error) {
	in, err := httpd.Decode(c, body)
	if err != nil {
		if _, ours := errors.AsType[fault.Form](err); !ours {
			return nil, err
		}
		v, hidden := page() // nobody has asked yet whether the sender may do it
		if hidden != nil {
			return nil, hidden
		}
		return v, err
	}
	cmd := httpd.CommandOf(c, in, then)
	if err := do(cmd); err != nil {
		return again(page, err)
	}
	return seeOther(cmd.Location()), nil
}

// again shows the page of a refused form with what was typed, also when it may
// be sent once more later. Anything that is not the form's fault stays an error.
func again(page func() (ui.View, error), refused error) (ui.View, error) {
	if k := fault.KindOf(refused); k == fault.Internal || k == fault.NotFound {
		return nil, refused
	}
	v, err := page()
	if err != nil {
		return nil, errors.Join(err, refused)
	}
	return v, refused
}

// whole reads a number that was typed: 0 for nothing, -1 for what is no number.
// Either is out of range where it matters, and the form says so.
func whole(s string) int {
	if s = strings.TrimSpace(s); s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}
