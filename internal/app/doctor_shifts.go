package app

// shiftInvariants are those over shifts and the places on them.
var shiftInvariants = []invariant{
	{name: "shifts-fit", says: "whoever has a place on a shift to come will be valid on that day: register, certificate, no suspension", query: shiftsFit},
	{name: "shifts-supervised", says: "the gate knows of a supervisor on the shifts that have one, for as long as they last, and on no others", query: shiftsSupervised},
	{name: "shifts-off", says: "nobody has a place on a shift that was called off", query: `SELECT 'person ' || p.person_id || ' on shift ' || h.id FROM shift_place p
		JOIN shift h ON h.id = p.shift_id WHERE h.state = 'cancelled' AND p.state <> 'released' ORDER BY h.id, p.person_id`},
	{name: "shifts-closed", says: "a shift is closed once it is over, by somebody, with a word on everybody who had a place", query: `SELECT 'shift ' || h.id FROM shift h WHERE h.state = 'closed'
		AND (h.closed_by IS NULL OR h.closed_at < h.ends_at OR EXISTS (SELECT 1 FROM shift_place p WHERE p.shift_id = h.id AND p.state = 'booked')) ORDER BY h.id`},
	{name: "shifts-marked", says: "nobody came to a shift, or missed it, before it began", query: `SELECT 'person ' || p.person_id || ' on shift ' || h.id FROM shift_place p
		JOIN shift h ON h.id = p.shift_id WHERE p.state IN ('present', 'absent') AND (h.starts_at > abilita_now() OR h.state = 'cancelled') ORDER BY h.id, p.person_id`},
	{name: "contacts-in-shift", says: "a contact that names a shift lies in it, was taken on its line by somebody who had a place, and nobody absent took one", query: contactsInShift},
	{name: "shifts-proposed", says: "a place is proposed only while it is held, and not offered to all as well", query: `SELECT 'person ' || p.person_id || ' on shift ' || p.shift_id FROM shift_place p
		WHERE p.proposed_to IS NOT NULL AND (p.state <> 'booked' OR p.part <> 'volunteer' OR p.offered) ORDER BY p.shift_id, p.person_id`},
}

const contactsInShift = `WITH taken AS (
		SELECT 'contact ' || n.id AS what, n.shift_id, n.line_id, n.person_id, n.at FROM contact n WHERE n.shift_id IS NOT NULL
		UNION ALL SELECT 'observed contact ' || o.id, o.shift_id, c.line_id, o.person_id, o.at FROM observed_contact o JOIN certificate c ON c.id = o.certificate_id WHERE o.shift_id IS NOT NULL)
	SELECT t.what FROM taken t JOIN shift h ON h.id = t.shift_id LEFT JOIN shift_place p ON p.shift_id = h.id AND p.person_id = t.person_id
	WHERE h.line_id <> t.line_id OR t.at < h.starts_at OR t.at >= h.ends_at OR h.state = 'cancelled' OR p.id IS NULL OR p.state = 'absent' ORDER BY 1`

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
		WHERE h.state <> 'cancelled' AND EXISTS (SELECT 1 FROM shift_place p WHERE p.shift_id = h.id AND p.part = 'supervisor' AND p.state IN ('booked', 'present'))),
	known AS (SELECT ref_id, line_id, valid_from, valid_until FROM gate_fact WHERE kind = 'supervisor_on' AND person_id IS NULL AND closed_at IS NULL)
	SELECT 'shift ' || led.id FROM led LEFT JOIN known k ON k.ref_id = led.id GROUP BY led.id, led.line_id, led.starts_at, led.ends_at
		HAVING count(k.ref_id) <> 1 OR NOT bool_and(k.line_id = led.line_id AND k.valid_from = led.starts_at AND k.valid_until = led.ends_at)
	UNION ALL SELECT 'fact of shift ' || k.ref_id FROM known k WHERE NOT EXISTS (SELECT 1 FROM led WHERE led.id = k.ref_id)`
