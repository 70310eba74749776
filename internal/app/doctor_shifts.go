package app

// shiftInvariants are those over shifts and the places on them.
var shiftInvariants = []invariant{
	{name: "shifts-fit", says: "whoever has a place on a shift to come will be valid on that day: register, certificate, no suspension", query: shiftsFit},
	{name: "shifts-supervised", says: "the gate knows of a supervisor on the shifts that have one, for as long as they last, and on no others", query: shiftsSupervised},
	{name: "shifts-off", says: "nobody has a place on a shift that was called off", query: `SELECT 'person ' || p.person_id || ' on shift ' || h.id FROM shift_place p
		JOIN shift h ON h.id = p.shift_id WHERE h.state = 'cancelled' AND p.state <> 'released' ORDER BY h.id, p.person_id`},
}

const onePlace = `WITH place AS (
		SELECT b.person_id, 'session ' || s.id AS what, s.starts_at, s.ends_at FROM booking b JOIN session s ON s.id = b.session_id WHERE b.state IN ('booked', 'present') AND s.state <> 'cancelled'
		UNION ALL SELECT p.person_id, 'shift ' || h.id, h.starts_at, h.ends_at FROM shift_place p JOIN shift h ON h.id = p.shift_id WHERE p.state IN ('booked', 'present') AND h.state <> 'cancelled')
	SELECT 'person ' || a.person_id || ' in ' || a.what || ' and ' || b.what FROM place a JOIN place b ON b.person_id = a.person_id AND b.what > a.what
		AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at`

const shiftsFit = `SELECT 'person ' || p.person_id || ' on shift ' || h.id FROM shift_place p JOIN shift h ON h.id = p.shift_id AND h.state = 'open' AND h.starts_at > abilita_now()
	WHERE p.state = 'booked' AND (EXISTS (SELECT 1 FROM gate_fact f WHERE f.person_id = p.person_id AND f.kind = 'suspension' AND f.closed_at IS NULL)
		OR p.part = 'volunteer' AND NOT (
			EXISTS (SELECT 1 FROM gate_fact f WHERE f.person_id = p.person_id AND f.kind = 'register' AND f.closed_at IS NULL AND f.valid_from <= h.starts_at AND coalesce(f.valid_until >= h.ends_at, true))
			AND EXISTS (SELECT 1 FROM gate_fact f WHERE f.person_id = p.person_id AND f.kind = 'certificate' AND f.line_id = h.line_id AND f.level <> 'listening' AND f.closed_at IS NULL
				AND f.valid_from <= h.starts_at AND coalesce(f.valid_until >= h.ends_at, true) AND NOT EXISTS (SELECT 1 FROM gate_fact s WHERE s.person_id = p.person_id
					AND s.kind IN ('certificate_suspension', 'certificate_revocation') AND s.ref_id = f.ref_id AND s.closed_at IS NULL))))
	ORDER BY h.id, p.person_id`

const shiftsSupervised = `WITH led AS (SELECT h.id, h.line_id, h.starts_at, h.ends_at FROM shift h
		WHERE h.state <> 'cancelled' AND EXISTS (SELECT 1 FROM shift_place p WHERE p.shift_id = h.id AND p.part = 'supervisor' AND p.state <> 'released')),
	known AS (SELECT ref_id, line_id, valid_from, valid_until FROM gate_fact WHERE kind = 'supervisor_on' AND person_id IS NULL AND closed_at IS NULL)
	SELECT 'shift ' || led.id FROM led LEFT JOIN known k ON k.ref_id = led.id GROUP BY led.id, led.line_id, led.starts_at, led.ends_at
		HAVING count(k.ref_id) <> 1 OR NOT bool_and(k.line_id = led.line_id AND k.valid_from = led.starts_at AND k.valid_until = led.ends_at)
	UNION ALL SELECT 'fact of shift ' || k.ref_id FROM known k WHERE NOT EXISTS (SELECT 1 FROM led WHERE led.id = k.ref_id)`
