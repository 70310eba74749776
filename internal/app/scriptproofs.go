package app

import (
	"strings"
	"sync"

	"abilita/content"
	"abilita/course/roleplay"
)

// proofs remembers what was proved of scripts, by their text and that of their
// rubric: a pack is checked whenever somebody looks at a draft, and proving is by
// far the dearest part of it.
type proofs struct {
	mu sync.Mutex
	of map[string]roleplay.Proof
}

// mostProofs is how many are kept; then it begins anew.
const mostProofs = 500

// in proves the scripts of a pack.
func (x *proofs) in(pack content.Pack) func(content.Script) roleplay.Proof {
	return func(s content.Script) roleplay.Proof {
		key := s.Hash
		if r := at(pack.Rubrics, func(r content.Rubric) bool { return r.File.ID == s.RubricID }); r != nil {
			key = strings.Join([]string{s.Hash, r.Hash}, "/")
		}
		x.mu.Lock()
		p, ok := x.of[key]
		x.mu.Unlock()
		if ok {
			return p
		}
		p = roleplay.Prove(s.Script)
		x.mu.Lock()
		defer x.mu.Unlock()
		if len(x.of) >= mostProofs {
			x.of = map[string]roleplay.Proof{}
		}
		x.of[key] = p
		return p
	}
}
