-- Engines that read: views in a schema of their own, for the role gate_ro. The
-- role and its rights are made by the program after the migrations (package pg),
-- because a server of others may not let us make roles.
-- +goose Up

-- How engines name a line and its agents. Both may stay empty.
ALTER TABLE line ADD COLUMN dialled text NOT NULL DEFAULT '' CHECK (length(dialled) <= 64); -- the number that callers dial
ALTER TABLE line ADD COLUMN address_form text NOT NULL DEFAULT '' CHECK (length(address_form) <= 200 AND (address_form = '' OR address_form LIKE '%{agent}%'));

CREATE SCHEMA gate;

-- The one clock, for a role that may not read where its offset is kept.
-- +goose StatementBegin
CREATE FUNCTION gate.now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN RETURN abilita_now(); END $$;
-- +goose StatementEnd

-- gate.answer is gate.Decide in SQL: one row for a yes, none for a no. A test
-- compares the two over random histories, and `abilita doctor` over the data. It
-- is plpgsql so that its plan is kept, and STABLE so that it reads the snapshot
-- of the statement that calls it.
-- +goose StatementBegin
CREATE FUNCTION gate.answer(who bigint, of_line bigint, on_channel text, instant timestamptz, OUT level text, OUT valid_until timestamptz)
RETURNS SETOF record LANGUAGE plpgsql STABLE ROWS 1 SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    WITH known AS MATERIALIZED (
        SELECT f.kind, f.channel, f.level, f.ref_id, f.valid_from, f.recorded_at, e.ends, f.valid_from <= instant AND (e.ends IS NULL OR e.ends > instant) AS holds
        FROM (
            SELECT * FROM gate_fact WHERE person_id = who AND (line_id IS NULL OR line_id = of_line)
            -- of the supervisors to come the next one is enough, and what is over says nothing
            UNION ALL SELECT * FROM gate_fact l WHERE l.person_id IS NULL AND l.line_id = of_line
                AND (l.valid_until IS NULL OR l.valid_until > instant) AND (l.closed_at IS NULL OR l.closed_at > instant)
                AND (l.kind <> 'supervisor_on' OR l.valid_from <= instant OR l.valid_from = (SELECT min(n.valid_from) FROM gate_fact n WHERE n.person_id IS NULL
                    AND n.line_id = of_line AND n.kind = 'supervisor_on' AND n.recorded_at <= instant AND (n.closed_at IS NULL OR n.closed_at > instant) AND n.valid_from > instant))
        ) f
        CROSS JOIN LATERAL (SELECT CASE WHEN f.closed_at <= instant THEN least(f.closed_at, f.valid_until) ELSE f.valid_until END AS ends) e
        WHERE f.recorded_at <= instant AND (f.channel = '' OR f.channel = on_channel OR f.kind = 'certificate')
    ), had AS ( -- what holds, in one pass
        SELECT coalesce(bool_or(kind IN ('suspension', 'pause')), false) AS stopped,
            coalesce(bool_or(kind = 'line_active'), false) AS line_active,
            coalesce(bool_or(kind = 'register'), false) AS register,
            coalesce(bool_or(kind = 'of_age'), false) AS of_age,
            coalesce(bool_or(kind = 'pledge'), false) AS pledge,
            coalesce(bool_or(kind = 'station'), false) AS station,
            coalesce(bool_or(kind IN ('content_due', 'check_due')), false) AS content_due,
            coalesce(bool_or(kind = 'supervision'), false) AS supervision,
            coalesce(bool_or(kind = 'supervisor_on'), false) AS supervisor_on,
            coalesce(bool_or(kind = 'override'), false) AS override,
            coalesce(bool_or(kind = 'practice' AND known.level = 'supervised'), false) AS practised,
            coalesce(bool_or(kind = 'practice' AND known.level = 'autonomous'), false) AS kept
        FROM known WHERE holds
    ), ever AS (
        SELECT coalesce(bool_or(kind = 'practice'), false) AS practice,
            min(least(CASE WHEN valid_from > instant THEN valid_from END, CASE WHEN ends > instant THEN ends END))
                FILTER (WHERE kind = 'certificate' OR ends IS NULL OR ends > instant) AS boundary FROM known
    ), paper AS ( -- certificates, with how high they reach; 0 grants nothing
        SELECT c.*, array_position(ARRAY['listening', 'supervised', 'autonomous', 'mentor'], c.level) AS reach, c.channel IN ('', on_channel) AS here,
            EXISTS (SELECT 1 FROM known s WHERE s.holds AND s.ref_id = c.ref_id AND s.kind IN ('certificate_revocation', 'certificate_suspension')) AS stopped
        FROM known c WHERE c.kind = 'certificate'
    ), newest AS (
        SELECT stopped FROM paper ORDER BY recorded_at DESC, ref_id DESC LIMIT 1
    ), last AS ( -- for this channel
        SELECT valid_from, reach FROM paper WHERE here ORDER BY recorded_at DESC, ref_id DESC LIMIT 1
    ), best AS ( -- valid for this channel
        SELECT max(reach) AS reach FROM paper WHERE here AND holds AND NOT paper.stopped
    ), lev AS (
        SELECT CASE WHEN best.reach > 2 AND ever.practice AND NOT had.kept THEN 2 ELSE best.reach END AS reach, best.reach AS granted FROM best, ever, had
    ), judged AS (
        SELECT -- what nothing sets aside; newest or last missing means no
            NOT had.stopped AND had.line_active AND had.register AND had.of_age AND had.pledge AND NOT newest.stopped
                AND CASE WHEN lev.granted IS NULL THEN last.valid_from <= instant ELSE lev.granted > 1 END AS firm,
            -- what an override sets aside
            lev.granted IS NOT NULL AND NOT had.content_due AND had.station
                AND NOT (lev.reach = 2 AND had.supervision AND NOT had.supervisor_on)
                AND (had.practised OR NOT ever.practice) AS plain,
            had.override AND last.reach > 1 AS waived, lev.reach, ever.boundary
        FROM had, ever, newest, last, lev
    )
    SELECT CASE WHEN j.plain THEN (ARRAY['listening', 'supervised', 'autonomous', 'mentor'])[j.reach] ELSE 'supervised' END, j.boundary
    FROM judged j WHERE j.firm AND (j.plain OR j.waived);
END $$;
-- +goose StatementEnd

-- Who may take a contact now, on which line and channel. There is no row for a
-- no. Ask with line and channel, and agent or aor: the conditions reach the keys.
CREATE VIEW gate.enabled WITH (security_barrier) AS
SELECT l.code AS line, c.channel, l.dialled AS number, p.number AS agent,
    CASE WHEN l.address_form = '' THEN p.number ELSE replace(l.address_form, '{agent}', p.number) END AS aor, a.level, a.valid_until, v.version
FROM (SELECT gate.now() AS instant OFFSET 0) t
CROSS JOIN gate_version v
CROSS JOIN line l
CROSS JOIN (VALUES ('phone'), ('chat'), ('video'), ('mail'), ('desk')) c (channel)
JOIN person p ON EXISTS (SELECT 1 FROM gate_fact f WHERE f.kind = 'certificate' AND f.line_id = l.id AND f.person_id = p.id)
CROSS JOIN LATERAL gate.answer(p.id, l.id, c.channel, t.instant) a
WHERE p.number IS NOT NULL;

-- One question, for engines that send unprepared text with each: planning the view
-- costs more than running it, and plpgsql keeps the plan. No row is a no.
-- +goose StatementBegin
CREATE FUNCTION gate.ask(of_line text, on_channel text, who text, OUT level text, OUT valid_until timestamptz, OUT version bigint)
RETURNS SETOF record LANGUAGE plpgsql STABLE ROWS 1 AS $$
BEGIN
    RETURN QUERY SELECT e.level, e.valid_until, e.version FROM gate.enabled e WHERE e.line = of_line AND e.channel = on_channel AND e.agent = who;
END $$;
-- +goose StatementEnd

-- The same for queues of Asterisk: a queue is LINE-CHANNEL, and each ring goes
-- through the dialplan, which asks again. Neither interface nor uniqueid is empty.
CREATE VIEW gate.asterisk_queue_members WITH (security_barrier) AS
SELECT e.line, e.channel, e.line || '-' || e.channel AS queue_name, 'Local/' || e.agent || '*' || e.line || '*' || e.channel || '@abilita-ring/n' AS interface,
    e.agent AS membername, 'PJSIP/' || e.agent AS state_interface, 0 AS penalty, 0 AS paused, e.agent || '-' || e.line || '-' || e.channel AS uniqueid,
    ''::text AS reason_paused, NULL::integer AS wrapuptime, 'no'::text AS ringinuse
FROM gate.enabled e;

-- The version of all that the gate reads: it rises with each change.
CREATE VIEW gate.epoch WITH (security_barrier) AS SELECT version FROM gate_version;

-- +goose Down
SELECT 1;
