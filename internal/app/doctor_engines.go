package app

import (
	"context"
	"time"

	"abilita/internal/pg"
)

// engineInvariants are those over the leases that phone systems hold and over what
// other programs are told.
var engineInvariants = []invariant{
	{name: "leases-end", says: "no lease lives longer than its lines allow (for half a minute after that was shortened, one may)", query: leasesEnd},
	{name: "leases-known", says: "a phone system acknowledged no more than it was sent, and was sent nothing that was not decided", query: `SELECT 'lease ' || g.id || ' of ' || g.engine FROM gate_lease g, gate_version v
		WHERE g.acked_version > g.sent_version OR g.sent_version > v.version OR g.stale_until > g.expires_at ORDER BY g.id`},
	{name: "hooks-waiting", says: "nothing to tell another program waits for longer than it is tried, nor a day after it is due", find: (*Doctor).waitingHooks},
	{name: "hooks-settled", says: "what is told is in one state, with what belongs to it, and nothing waits for an address that is told no more", query: `SELECT 'delivery ' || d.id FROM hook_delivery d JOIN hook_endpoint e ON e.id = d.endpoint_id
		WHERE (d.state = 'queued') <> (d.settled_at IS NULL) OR d.state = 'sent' AND d.problem <> '' OR d.state = 'queued' AND (e.ended_at IS NOT NULL OR e.disabled_at IS NOT NULL) ORDER BY d.id`},
	{name: "hooks-theirs", says: "an address is told of its lines only, and of nothing from before it was added", query: `SELECT 'delivery ' || d.id FROM hook_delivery d JOIN hook_endpoint e ON e.id = d.endpoint_id JOIN certificate c ON c.id = d.certificate_id
		WHERE cardinality(e.lines) > 0 AND c.line_id <> all(e.lines) OR d.at < e.made_at ORDER BY d.id`},
	{name: "hooks-off", says: "an address is switched off only because it failed", query: `SELECT 'address ' || id FROM hook_endpoint WHERE disabled_at IS NOT NULL AND (failing_since IS NULL OR failing_since > disabled_at) ORDER BY id`},
}

// What one run was sent in turn may be of several lines: the longest of them counts.
const leasesEnd = `SELECT 'lease ' || g.id || ' of ' || g.engine FROM gate_lease g
	WHERE g.expires_at > abilita_now() + make_interval(secs => coalesce((SELECT max(l.lease_seconds) FROM line l WHERE l.id = any(g.lines)), 0)) ORDER BY g.id`

// waitsForTelling is how long a delivery may be late: nobody sends while the
// program is off.
const waitsForTelling = 24 * time.Hour

func (x *Doctor) waitingHooks(ctx context.Context, q pg.Q, now time.Time) ([]string, error) {
	tried := time.Duration(0)
	for _, w := range hookWaits {
		tried += w
	}
	var bad []string
	err := q.SelectContext(ctx, &bad, `SELECT 'delivery ' || id FROM hook_delivery WHERE state = 'queued' AND (next_try_at < $1 OR at < $2) ORDER BY id`,
		now.Add(-waitsForTelling), now.Add(-tried-waitsForTelling))
	return bad, err
}
