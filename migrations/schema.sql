-- What the migrations add up to. Written by `make schema`; never edited.
CREATE SCHEMA gate;

CREATE FUNCTION gate.answer(who bigint, of_line bigint, on_channel text, instant timestamp with time zone, OUT level text, OUT valid_until timestamp with time zone) RETURNS SETOF record
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION gate.ask(of_line text, on_channel text, who text, OUT level text, OUT valid_until timestamp with time zone, OUT version bigint) RETURNS SETOF record
    LANGUAGE plpgsql STABLE ROWS 1
    AS $$
BEGIN
    RETURN QUERY SELECT e.level, e.valid_until, e.version FROM gate.enabled e WHERE e.line = of_line AND e.channel = on_channel AND e.agent = who;
END $$;

CREATE FUNCTION gate.now() RETURNS timestamp with time zone
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ BEGIN RETURN abilita_now(); END $$;

CREATE FUNCTION public.abilita_now() RETURNS timestamp with time zone
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN (SELECT now FROM abilita_clock);
END $$;

CREATE FUNCTION public.appeal_only_decides() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.decided_at IS NOT NULL OR NEW.decided_at IS NULL
        OR (to_jsonb(NEW) - '{outcome,reason,decided_by,decided_at}'::text[]) <> (to_jsonb(OLD) - '{outcome,reason,decided_by,decided_at}'::text[]) THEN
        RAISE EXCEPTION 'an appeal is only decided, once' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.attendance_only_strips() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.stripped_at IS NOT NULL OR NEW.stripped_at IS NULL OR NEW.minutes <> 0 OR NEW.reason <> ''
        OR (to_jsonb(NEW) - 'stripped_at' - 'minutes' - 'reason') <> (to_jsonb(OLD) - 'stripped_at' - 'minutes' - 'reason') THEN
        RAISE EXCEPTION 'attendance is append-only' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.enrolment_ends() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.state IN ('withdrawn', 'lapsed') THEN
        NEW.ended_at := coalesce(NEW.ended_at, abilita_now());
    ELSE
        NEW.ended_at := NULL;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.gate_fact_only_closes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL OR NEW.closed_at IS NULL OR NEW.closed_at < OLD.recorded_at
        OR (to_jsonb(NEW) - 'closed_at' - 'closed_version') <> (to_jsonb(OLD) - 'closed_at' - 'closed_version') THEN
        RAISE EXCEPTION 'a gate fact is only closed, once, never changed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.gate_wake() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify(TG_ARGV[0], '');
    RETURN NULL;
END $$;

CREATE FUNCTION public.item_fold(words text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(lower(words), 'àáâãäåèéêëìíîïòóôõöùúûüýçñÀÁÂÃÄÅÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÜÝÇÑ’'::text, 'aaaaaaeeeeiiiiooooouuuuycnaaaaaaeeeeiiiiooooouuuuycn'''::text);

CREATE FUNCTION public.item_query(lang text, words text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN websearch_to_tsquery(CASE lang WHEN 'en'::text THEN 'english'::regconfig ELSE 'italian'::regconfig END, public.item_fold(words));

CREATE FUNCTION public.item_vector(lang text, words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN to_tsvector(CASE lang WHEN 'en'::text THEN 'english'::regconfig ELSE 'italian'::regconfig END, public.item_fold(words));

CREATE FUNCTION public.quiz_grant_only_strips() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.plan <> '' OR (to_jsonb(NEW) - 'plan') <> (to_jsonb(OLD) - 'plan') THEN
        RAISE EXCEPTION 'quiz_grant is append-only' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23001'; END $$;

CREATE FUNCTION public.shift_note_only_empties() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.body <> '' OR (to_jsonb(NEW) - 'body') <> (to_jsonb(OLD) - 'body') THEN
        RAISE EXCEPTION 'a note of a shift is only emptied, never changed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;

CREATE TABLE public.gate_fact (
    id bigint NOT NULL,
    person_id bigint,
    line_id bigint,
    channel text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    level text DEFAULT ''::text NOT NULL,
    ref_id bigint DEFAULT 0 NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_until timestamp with time zone,
    recorded_at timestamp with time zone NOT NULL,
    version bigint NOT NULL,
    closed_at timestamp with time zone,
    closed_version bigint,
    CONSTRAINT gate_fact_closed CHECK (((closed_at IS NULL) = (closed_version IS NULL))),
    CONSTRAINT gate_fact_kind_check CHECK ((kind = ANY (ARRAY['register'::text, 'of_age'::text, 'suspension'::text, 'certificate'::text, 'certificate_suspension'::text, 'certificate_revocation'::text, 'line_active'::text, 'content_due'::text, 'check_due'::text, 'station'::text, 'pledge'::text, 'pause'::text, 'supervision'::text, 'supervisor_on'::text, 'practice'::text, 'override'::text]))),
    CONSTRAINT gate_fact_owner CHECK (((person_id IS NOT NULL) OR (line_id IS NOT NULL)))
);

CREATE TABLE public.gate_version (
    single boolean DEFAULT true NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT gate_version_single_check CHECK (single)
);

CREATE TABLE public.line (
    id bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    zone text DEFAULT 'Europe/Rome'::text NOT NULL,
    min_age integer DEFAULT 18 NOT NULL,
    fallback text DEFAULT ''::text NOT NULL,
    programme text DEFAULT ''::text NOT NULL,
    launch_on date,
    version integer DEFAULT 1 NOT NULL,
    running_contact text DEFAULT 'finish'::text NOT NULL,
    dialled text DEFAULT ''::text NOT NULL,
    address_form text DEFAULT ''::text NOT NULL,
    lease_seconds integer DEFAULT 5 NOT NULL,
    CONSTRAINT line_address_form_check CHECK (((length(address_form) <= 200) AND ((address_form = ''::text) OR (address_form ~~ '%{agent}%'::text)))),
    CONSTRAINT line_code_check CHECK ((code ~ '^[a-z0-9-]{1,32}$'::text)),
    CONSTRAINT line_dialled_check CHECK ((length(dialled) <= 64)),
    CONSTRAINT line_lease_seconds CHECK (((lease_seconds >= 1) AND (lease_seconds <= 30))),
    CONSTRAINT line_min_age_check CHECK (((min_age >= 14) AND (min_age <= 99))),
    CONSTRAINT line_running_contact_check CHECK ((running_contact = ANY (ARRAY['finish'::text, 'hand_over'::text, 'cut'::text])))
);

CREATE TABLE public.person (
    id bigint NOT NULL,
    number text,
    created_at timestamp with time zone NOT NULL,
    erased_at timestamp with time zone,
    merged_into bigint,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT person_number_check CHECK ((number ~ '^[a-z0-9]{1,32}$'::text))
);

CREATE VIEW gate.enabled WITH (security_barrier='true') AS
 SELECT l.code AS line,
    c.channel,
    l.dialled AS number,
    p.number AS agent,
        CASE
            WHEN (l.address_form = ''::text) THEN p.number
            ELSE replace(l.address_form, '{agent}'::text, p.number)
        END AS aor,
    a.level,
    a.valid_until,
    v.version
   FROM (((((( SELECT gate.now() AS instant
         OFFSET 0) t
     CROSS JOIN public.gate_version v)
     CROSS JOIN public.line l)
     CROSS JOIN ( VALUES ('phone'::text), ('chat'::text), ('video'::text), ('mail'::text), ('desk'::text)) c(channel))
     JOIN public.person p ON ((EXISTS ( SELECT 1
           FROM public.gate_fact f
          WHERE ((f.kind = 'certificate'::text) AND (f.line_id = l.id) AND (f.person_id = p.id))))))
     CROSS JOIN LATERAL gate.answer(p.id, l.id, c.channel, t.instant) a(level, valid_until))
  WHERE (p.number IS NOT NULL);

CREATE VIEW gate.asterisk_queue_members WITH (security_barrier='true') AS
 SELECT e.line,
    e.channel,
    ((e.line || '-'::text) || e.channel) AS queue_name,
    (((((('Local/'::text || e.agent) || '*'::text) || e.line) || '*'::text) || e.channel) || '@abilita-ring/n'::text) AS interface,
    e.agent AS membername,
    ('PJSIP/'::text || e.agent) AS state_interface,
    0 AS penalty,
    0 AS paused,
    ((((e.agent || '-'::text) || e.line) || '-'::text) || e.channel) AS uniqueid,
    ''::text AS reason_paused,
    NULL::integer AS wrapuptime,
    'no'::text AS ringinuse
   FROM gate.enabled e;

CREATE VIEW gate.epoch WITH (security_barrier='true') AS
 SELECT gate_version.version
   FROM public.gate_version;

CREATE TABLE public.clock_offset (
    single boolean DEFAULT true NOT NULL,
    kind text NOT NULL,
    ahead interval DEFAULT '00:00:00'::interval NOT NULL,
    frozen_at timestamp with time zone,
    CONSTRAINT clock_offset_frozen_in_tests CHECK (((frozen_at IS NULL) OR (kind = 'test'::text))),
    CONSTRAINT clock_offset_not_live CHECK ((kind = ANY (ARRAY['demo'::text, 'test'::text]))),
    CONSTRAINT clock_offset_single_check CHECK (single)
);

CREATE VIEW public.abilita_clock AS
 SELECT COALESCE(( SELECT COALESCE(clock_offset.frozen_at, (clock_timestamp() + clock_offset.ahead)) AS "coalesce"
           FROM public.clock_offset), clock_timestamp()) AS now;

CREATE TABLE public.appeal (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    line_id bigint NOT NULL,
    certificate_event_id bigint,
    person_event_id bigint,
    words text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    outcome text,
    reason text DEFAULT ''::text NOT NULL,
    decided_by bigint,
    decided_at timestamp with time zone,
    CONSTRAINT appeal_decided CHECK ((num_nonnulls(outcome, decided_by, decided_at) = ANY (ARRAY[0, 3]))),
    CONSTRAINT appeal_in_time CHECK ((asked_at < until)),
    CONSTRAINT appeal_not_own CHECK ((decided_by <> person_id)),
    CONSTRAINT appeal_one_decision CHECK ((num_nonnulls(certificate_event_id, person_event_id) = 1)),
    CONSTRAINT appeal_outcome_check CHECK ((outcome = ANY (ARRAY['upheld'::text, 'lifted'::text, 'wrong'::text, 'moot'::text])))
);

ALTER TABLE public.appeal ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.appeal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.application (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    line_id bigint NOT NULL,
    state text NOT NULL,
    motivation text DEFAULT ''::text NOT NULL,
    availability text DEFAULT ''::text NOT NULL,
    paid_ties boolean NOT NULL,
    notice_version text NOT NULL,
    source text DEFAULT 'form'::text NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decided_by bigint,
    reason text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT application_state_check CHECK ((state = ANY (ARRAY['submitted'::text, 'in_review'::text, 'admitted'::text, 'on_hold'::text, 'refused'::text, 'withdrawn'::text])))
);

ALTER TABLE public.application ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.application_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.application_note (
    id bigint NOT NULL,
    application_id bigint NOT NULL,
    author_id bigint,
    at timestamp with time zone NOT NULL,
    body text NOT NULL
);

ALTER TABLE public.application_note ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.application_note_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.assessment (
    id bigint NOT NULL,
    session_id bigint NOT NULL,
    person_id bigint NOT NULL,
    enrolment_id bigint NOT NULL,
    evaluator_id bigint NOT NULL,
    script_key text NOT NULL,
    script_hash text NOT NULL,
    marks jsonb NOT NULL,
    score integer NOT NULL,
    threshold integer NOT NULL,
    critical boolean NOT NULL,
    passed boolean NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    at timestamp with time zone NOT NULL,
    panel_id bigint,
    release_id bigint,
    stripped_at timestamp with time zone,
    CONSTRAINT assessment_not_own CHECK ((evaluator_id <> person_id))
);

ALTER TABLE public.assessment ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.assessment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.attendance (
    id bigint NOT NULL,
    session_id bigint NOT NULL,
    person_id bigint NOT NULL,
    outcome text NOT NULL,
    minutes integer DEFAULT 0 NOT NULL,
    by_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    corrects bigint,
    reason text DEFAULT ''::text NOT NULL,
    stripped_at timestamp with time zone,
    CONSTRAINT attendance_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT attendance_outcome_check CHECK ((outcome = ANY (ARRAY['present'::text, 'absent'::text, 'excused'::text])))
);

ALTER TABLE public.attendance ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.attendance_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.audit_entry (
    id bigint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone NOT NULL,
    actor bigint,
    acting_as text NOT NULL,
    action text NOT NULL,
    subject_kind text DEFAULT ''::text NOT NULL,
    subject_id bigint DEFAULT 0 NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    request text DEFAULT ''::text NOT NULL
);

ALTER TABLE public.audit_entry ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.audit_head (
    single boolean DEFAULT true NOT NULL,
    seq bigint NOT NULL,
    xid xid8 NOT NULL,
    entry_id bigint NOT NULL,
    hash bytea NOT NULL,
    mac bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    after_id bigint DEFAULT 0 NOT NULL,
    CONSTRAINT audit_head_single_check CHECK (single)
);

CREATE TABLE public.audit_seal (
    seq bigint NOT NULL,
    entry_id bigint NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE public.backup_run (
    id bigint NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    bytes bigint NOT NULL,
    sha256 bytea NOT NULL
);

ALTER TABLE public.backup_run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.backup_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bank_item (
    id bigint NOT NULL,
    programme text NOT NULL,
    lang text NOT NULL,
    bank text NOT NULL,
    item text NOT NULL,
    line text NOT NULL,
    release_id bigint NOT NULL,
    hash text NOT NULL,
    place integer NOT NULL,
    module text NOT NULL,
    level text NOT NULL,
    type text NOT NULL,
    critical boolean NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    state text NOT NULL,
    retired text DEFAULT ''::text NOT NULL,
    stem text NOT NULL,
    words text NOT NULL,
    CONSTRAINT bank_item_lang_check CHECK ((lang = ANY (ARRAY['it'::text, 'en'::text]))),
    CONSTRAINT bank_item_level_check CHECK ((level = ANY (ARRAY['remember'::text, 'understand'::text, 'apply'::text, 'judge'::text]))),
    CONSTRAINT bank_item_state_check CHECK ((state = ANY (ARRAY['used'::text, 'retired'::text, 'gone'::text]))),
    CONSTRAINT bank_item_type_check CHECK ((type = ANY (ARRAY['one'::text, 'several'::text, 'order'::text, 'match'::text, 'gap'::text, 'number'::text, 'situation'::text, 'open'::text])))
);

ALTER TABLE public.bank_item ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.bank_item_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bank_item_source (
    programme text NOT NULL,
    lang text NOT NULL,
    release_id bigint NOT NULL,
    form integer NOT NULL,
    CONSTRAINT bank_item_source_lang_check CHECK ((lang = ANY (ARRAY['it'::text, 'en'::text])))
);

CREATE TABLE public.booking (
    id bigint NOT NULL,
    session_id bigint NOT NULL,
    person_id bigint NOT NULL,
    state text NOT NULL,
    booked_at timestamp with time zone NOT NULL,
    CONSTRAINT booking_state_check CHECK ((state = ANY (ARRAY['booked'::text, 'cancelled'::text, 'present'::text, 'absent'::text, 'excused'::text])))
);

ALTER TABLE public.booking ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.booking_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.call_panel (
    id bigint NOT NULL,
    session_id bigint NOT NULL,
    person_id bigint NOT NULL,
    enrolment_id bigint NOT NULL,
    requirement text NOT NULL,
    release_id bigint NOT NULL,
    script_key text NOT NULL,
    script_hash text NOT NULL,
    threshold integer NOT NULL,
    needed integer NOT NULL,
    state text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    evidence_id bigint,
    CONSTRAINT call_panel_needed_check CHECK (((needed >= 2) AND (needed <= 3))),
    CONSTRAINT call_panel_settled CHECK (((state = ANY (ARRAY['agreed'::text, 'arbitrated'::text])) = (evidence_id IS NOT NULL))),
    CONSTRAINT call_panel_state_check CHECK ((state = ANY (ARRAY['wanting'::text, 'disputed'::text, 'agreed'::text, 'arbitrated'::text])))
);

ALTER TABLE public.call_panel ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.call_panel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.catalogue_card (
    id bigint NOT NULL,
    line_id bigint NOT NULL,
    kind text NOT NULL,
    code text NOT NULL,
    CONSTRAINT catalogue_card_code_check CHECK ((code ~ '^[a-z0-9-]{1,60}$'::text)),
    CONSTRAINT catalogue_card_kind_check CHECK ((kind = ANY (ARRAY['service'::text, 'fund'::text])))
);

ALTER TABLE public.catalogue_card ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.catalogue_card_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.release (
    id bigint NOT NULL,
    programme text NOT NULL,
    lang text NOT NULL,
    hash text NOT NULL,
    impact text NOT NULL,
    due_at timestamp with time zone,
    note text DEFAULT ''::text NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by bigint,
    CONSTRAINT release_due CHECK (((impact = ANY (ARRAY['confirm'::text, 'micro'::text, 'recertify'::text])) = (due_at IS NOT NULL))),
    CONSTRAINT release_impact_check CHECK ((impact = ANY (ARRAY['none'::text, 'notice'::text, 'confirm'::text, 'micro'::text, 'recertify'::text]))),
    CONSTRAINT release_lang_check CHECK ((lang = ANY (ARRAY['it'::text, 'en'::text])))
);

ALTER TABLE public.release ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.release_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.catalogue_change (
    id bigint DEFAULT nextval('public.release_id_seq'::regclass) NOT NULL,
    card_id bigint NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    name text NOT NULL,
    owner text NOT NULL,
    what text NOT NULL,
    access text NOT NULL,
    price text NOT NULL,
    say text NOT NULL,
    avoid text NOT NULL,
    question jsonb DEFAULT '{}'::jsonb NOT NULL,
    changed text[] NOT NULL,
    impact text NOT NULL,
    due_at timestamp with time zone,
    note text DEFAULT ''::text NOT NULL,
    hash text NOT NULL,
    author_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT catalogue_change_asks CHECK (((impact = 'micro'::text) <= (question <> '{}'::jsonb))),
    CONSTRAINT catalogue_change_due CHECK (((impact = ANY (ARRAY['confirm'::text, 'micro'::text, 'recertify'::text])) = (due_at IS NOT NULL))),
    CONSTRAINT catalogue_change_impact_check CHECK ((impact = ANY (ARRAY['none'::text, 'notice'::text, 'confirm'::text, 'micro'::text, 'recertify'::text]))),
    CONSTRAINT catalogue_change_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT catalogue_change_note_check CHECK ((length(note) <= 1000)),
    CONSTRAINT catalogue_change_number_check CHECK ((number > 0)),
    CONSTRAINT catalogue_change_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'preparing'::text, 'active'::text, 'revising'::text, 'closed'::text])))
);

CREATE TABLE public.certificate (
    id bigint NOT NULL,
    number text NOT NULL,
    person_id bigint NOT NULL,
    line_id bigint NOT NULL,
    enrolment_id bigint NOT NULL,
    release_id bigint NOT NULL,
    channels text[] NOT NULL,
    level text NOT NULL,
    review jsonb NOT NULL,
    evaluator_id bigint,
    proposed_at timestamp with time zone NOT NULL,
    signed_by bigint,
    signed_at timestamp with time zone,
    valid_from timestamp with time zone,
    valid_until timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    extends_id bigint,
    CONSTRAINT certificate_interval CHECK ((valid_until > valid_from)),
    CONSTRAINT certificate_level_check CHECK ((level = ANY (ARRAY['listening'::text, 'supervised'::text, 'autonomous'::text, 'mentor'::text]))),
    CONSTRAINT certificate_not_own CHECK ((signed_by <> person_id)),
    CONSTRAINT certificate_signed CHECK (((signed_by IS NULL) = (valid_from IS NULL)))
);

CREATE TABLE public.certificate_event (
    id bigint NOT NULL,
    certificate_id bigint NOT NULL,
    kind text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    appeal_by date,
    actor_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    level text DEFAULT ''::text NOT NULL,
    channel text DEFAULT ''::text NOT NULL,
    CONSTRAINT certificate_event_channel CHECK (((channel = ''::text) OR (kind = 'raised'::text))),
    CONSTRAINT certificate_event_kind_check CHECK ((kind = ANY (ARRAY['signed'::text, 'suspended'::text, 'restored'::text, 'revoked'::text, 'superseded'::text, 'raised'::text, 'appealed'::text, 'upheld'::text, 'lifted'::text, 'wrong'::text]))),
    CONSTRAINT certificate_event_level CHECK ((((kind = 'raised'::text) = (level = ANY (ARRAY['supervised'::text, 'autonomous'::text, 'mentor'::text]))) AND ((kind = 'raised'::text) OR (level = ''::text))))
);

ALTER TABLE public.certificate_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.certificate_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.certificate ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.certificate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.checklist_run (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    enrolment_id bigint NOT NULL,
    requirement text NOT NULL,
    list_key text NOT NULL,
    list_hash text NOT NULL,
    ticked jsonb DEFAULT '[]'::jsonb NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    signer_id bigint NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    complete boolean NOT NULL
);

ALTER TABLE public.checklist_run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.checklist_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cohort (
    id bigint NOT NULL,
    line_id bigint NOT NULL,
    release_id bigint NOT NULL,
    name text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    seats integer NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT cohort_dates CHECK ((ends_on >= starts_on)),
    CONSTRAINT cohort_seats_check CHECK ((seats > 0))
);

ALTER TABLE public.cohort ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.cohort_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.command (
    key text NOT NULL,
    actor bigint,
    route text NOT NULL,
    body_hash bytea NOT NULL,
    status integer NOT NULL,
    location text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT command_key_check CHECK (((length(key) >= 16) AND (length(key) <= 64)))
);

CREATE TABLE public.contact (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    line_id bigint NOT NULL,
    channel text NOT NULL,
    shift_id bigint,
    at timestamp with time zone NOT NULL,
    minutes integer DEFAULT 0 NOT NULL,
    entered_by bigint,
    key_id bigint,
    engine_ref text DEFAULT ''::text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT contact_minutes_check CHECK (((minutes >= 0) AND (minutes <= 1440))),
    CONSTRAINT contact_source CHECK (((entered_by IS NULL) <> (key_id IS NULL)))
);

ALTER TABLE public.contact ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.contact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.content_version (
    hash text NOT NULL,
    pack text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    lang text NOT NULL,
    version text NOT NULL,
    title text NOT NULL,
    path text NOT NULL,
    source text NOT NULL,
    html text DEFAULT ''::text NOT NULL,
    outline jsonb DEFAULT '[]'::jsonb NOT NULL,
    minutes integer DEFAULT 0 NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by bigint,
    CONSTRAINT content_version_kind_check CHECK ((kind = ANY (ARRAY['programme'::text, 'module'::text, 'script'::text, 'quiz'::text, 'rubric'::text, 'checklist'::text]))),
    CONSTRAINT content_version_lang_check CHECK ((lang = ANY (ARRAY['it'::text, 'en'::text])))
);

CREATE TABLE public.credential (
    person_id bigint NOT NULL,
    phc text NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE public.deployment (
    single boolean DEFAULT true NOT NULL,
    kind text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT deployment_kind_check CHECK ((kind = ANY (ARRAY['live'::text, 'demo'::text, 'test'::text]))),
    CONSTRAINT deployment_single_check CHECK (single)
);

CREATE TABLE public.draft (
    id bigint NOT NULL,
    pack text NOT NULL,
    programme text NOT NULL,
    lang text NOT NULL,
    line_id bigint NOT NULL,
    base_id bigint,
    state text DEFAULT 'open'::text NOT NULL,
    author_id bigint NOT NULL,
    release_id bigint,
    version integer DEFAULT 1 NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT draft_became CHECK (((state = 'published'::text) = (release_id IS NOT NULL))),
    CONSTRAINT draft_lang_check CHECK ((lang = ANY (ARRAY['it'::text, 'en'::text]))),
    CONSTRAINT draft_state CHECK ((state = ANY (ARRAY['open'::text, 'review'::text, 'approved'::text, 'published'::text, 'discarded'::text])))
);

CREATE TABLE public.draft_author (
    draft_id bigint NOT NULL,
    author_id bigint NOT NULL
);

CREATE TABLE public.draft_file (
    draft_id bigint NOT NULL,
    path text NOT NULL,
    kind text NOT NULL,
    body text NOT NULL,
    removed boolean DEFAULT false NOT NULL,
    base_hash text DEFAULT ''::text NOT NULL,
    author_id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT draft_file_kind_check CHECK ((kind = ANY (ARRAY['programme'::text, 'module'::text, 'script'::text, 'quiz'::text, 'rubric'::text, 'checklist'::text]))),
    CONSTRAINT draft_file_path_check CHECK ((length(path) <= 100)),
    CONSTRAINT draft_file_size CHECK ((octet_length(body) <= 65536))
);

ALTER TABLE public.draft ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.draft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.draft_media (
    draft_id bigint NOT NULL,
    path text NOT NULL,
    hash text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    removed boolean DEFAULT false NOT NULL,
    base_hash text DEFAULT ''::text NOT NULL,
    author_id bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT draft_media_path_check CHECK ((path ~ '^media/[a-z0-9][a-z0-9-]{0,59}[.][a-z0-9]{2,4}$'::text)),
    CONSTRAINT draft_media_words_check CHECK ((length(words) <= 300))
);

CREATE TABLE public.draft_review (
    id bigint NOT NULL,
    draft_id bigint NOT NULL,
    kind text NOT NULL,
    path text DEFAULT ''::text NOT NULL,
    line integer DEFAULT 0 NOT NULL,
    body text DEFAULT ''::text NOT NULL,
    author_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT draft_review_body_check CHECK ((length(body) <= 4000)),
    CONSTRAINT draft_review_kind_check CHECK ((kind = ANY (ARRAY['asked'::text, 'comment'::text, 'returned'::text, 'approved'::text, 'withdrawn'::text]))),
    CONSTRAINT draft_review_line_check CHECK ((line >= 0))
);

ALTER TABLE public.draft_review ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.draft_review_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.due_work (
    id bigint NOT NULL,
    kind text NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    run_at timestamp with time zone NOT NULL,
    dedupe_key text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone,
    done_at timestamp with time zone,
    problem text DEFAULT ''::text NOT NULL
);

ALTER TABLE public.due_work ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.due_work_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.emergency_override (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    line_id bigint NOT NULL,
    reason text NOT NULL,
    words text NOT NULL,
    given_by bigint NOT NULL,
    informed_id bigint NOT NULL,
    given_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    ended_by bigint,
    ended_at timestamp with time zone,
    CONSTRAINT override_ended CHECK (((ended_by IS NULL) = (ended_at IS NULL))),
    CONSTRAINT override_interval CHECK (((until > given_at) AND (until <= (given_at + '24:00:00'::interval)))),
    CONSTRAINT override_people CHECK (((given_by <> person_id) AND (informed_id <> given_by) AND (informed_id <> person_id)))
);

ALTER TABLE public.emergency_override ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.emergency_override_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.engine_test (
    id bigint NOT NULL,
    key_id bigint NOT NULL,
    line_id bigint NOT NULL,
    channel text NOT NULL,
    reached text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT engine_test_reached_check CHECK ((reached = ANY (ARRAY['agent'::text, 'fallback'::text, 'nobody'::text]))),
    CONSTRAINT engine_test_words_check CHECK ((length(words) <= 500))
);

ALTER TABLE public.engine_test ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.engine_test_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.enrolment (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    cohort_id bigint NOT NULL,
    line_id bigint NOT NULL,
    release_id bigint NOT NULL,
    state text NOT NULL,
    enrolled_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    ended_at timestamp with time zone,
    track text DEFAULT 'full'::text NOT NULL,
    about_id bigint,
    due_at timestamp with time zone,
    CONSTRAINT enrolment_about CHECK ((((track = 'full'::text) = (about_id IS NULL)) AND ((track = 'full'::text) = (due_at IS NULL)))),
    CONSTRAINT enrolment_state_check CHECK ((state = ANY (ARRAY['invited'::text, 'enrolled'::text, 'active'::text, 'paused'::text, 'completed'::text, 'withdrawn'::text, 'lapsed'::text]))),
    CONSTRAINT enrolment_track_check CHECK ((track = ANY (ARRAY['full'::text, 'renewal'::text, 'midterm'::text])))
);

CREATE VIEW public.enrolment_end AS
 SELECT e.id AS enrolment_id,
        CASE
            WHEN (c.signed > 0) THEN c.ended
            ELSE e.ended_at
        END AS ended_at
   FROM (public.enrolment e
     CROSS JOIN LATERAL ( SELECT count(*) AS signed,
            max(LEAST(p.valid_until, ( SELECT min(v.at) AS min
                   FROM public.certificate_event v
                  WHERE ((v.certificate_id = p.id) AND (v.kind = ANY (ARRAY['revoked'::text, 'superseded'::text])))))) AS ended
           FROM public.certificate p
          WHERE (((p.enrolment_id = e.id) OR ((e.track = 'midterm'::text) AND (p.id = e.about_id))) AND (p.signed_at IS NOT NULL))) c);

ALTER TABLE public.enrolment ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.enrolment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.evidence (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    enrolment_id bigint NOT NULL,
    requirement text NOT NULL,
    item text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    content_hash text DEFAULT ''::text NOT NULL,
    passed boolean NOT NULL,
    critical boolean DEFAULT false NOT NULL,
    score integer,
    author_id bigint,
    ref_id bigint DEFAULT 0 NOT NULL,
    at timestamp with time zone NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    corrects bigint,
    hash text NOT NULL,
    CONSTRAINT evidence_kind_check CHECK ((kind = ANY (ARRAY['module'::text, 'quiz'::text, 'roleplay'::text, 'attendance'::text, 'checklist'::text, 'pledge'::text, 'station'::text, 'confirm'::text, 'prior'::text]))),
    CONSTRAINT evidence_not_own CHECK (((author_id IS NULL) OR (author_id <> person_id) OR (kind = ANY (ARRAY['module'::text, 'pledge'::text, 'station'::text, 'confirm'::text])))),
    CONSTRAINT evidence_score_check CHECK (((score >= 0) AND (score <= 10000)))
);

ALTER TABLE public.evidence ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.evidence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.gate_fact ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.gate_fact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.gate_key (
    id bigint NOT NULL,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    lines bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    made_by bigint,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    acts_for bigint,
    CONSTRAINT gate_key_acts_for_stops CHECK (
CASE
    WHEN (acts_for IS NULL) THEN (NOT ('stop'::text = ANY (scopes)))
    ELSE (scopes = ARRAY['stop'::text])
END)
);

ALTER TABLE public.gate_key ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.gate_key_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.gate_key_use (
    key_id bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    questions bigint NOT NULL,
    CONSTRAINT gate_key_use_questions_check CHECK ((questions > 0))
);

CREATE TABLE public.gate_lease (
    id bigint NOT NULL,
    key_id bigint NOT NULL,
    engine text NOT NULL,
    instance text DEFAULT ''::text NOT NULL,
    lines bigint[] NOT NULL,
    sent_version bigint DEFAULT 0 NOT NULL,
    acked_version bigint DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    stale_until timestamp with time zone NOT NULL
);

ALTER TABLE public.gate_lease ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.gate_lease_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.goose_db_version (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.goose_db_version ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.goose_db_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.hook_delivery (
    id bigint NOT NULL,
    endpoint_id bigint NOT NULL,
    message text NOT NULL,
    kind text NOT NULL,
    certificate_id bigint NOT NULL,
    running_contact text NOT NULL,
    version bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    locked_until timestamp with time zone,
    settled_at timestamp with time zone,
    problem text DEFAULT ''::text NOT NULL,
    CONSTRAINT hook_delivery_kind_check CHECK ((kind = ANY (ARRAY['granted'::text, 'suspended'::text, 'restored'::text, 'revoked'::text, 'expired'::text]))),
    CONSTRAINT hook_delivery_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text])))
);

ALTER TABLE public.hook_delivery ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.hook_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.hook_endpoint (
    id bigint NOT NULL,
    url text NOT NULL,
    lines bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    nonce bytea NOT NULL,
    made_by bigint,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    failing_since timestamp with time zone,
    disabled_at timestamp with time zone
);

ALTER TABLE public.hook_endpoint ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.hook_endpoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.identity (
    person_id bigint NOT NULL,
    given_name text NOT NULL,
    family_name text NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    birth_date date,
    birth_place text DEFAULT ''::text NOT NULL,
    residence text DEFAULT ''::text NOT NULL,
    lang text DEFAULT 'it'::text NOT NULL,
    search text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    extra_time integer DEFAULT 0 NOT NULL,
    CONSTRAINT identity_extra_time CHECK ((extra_time = ANY (ARRAY[0, 25, 50, 100]))),
    CONSTRAINT identity_lang_check CHECK ((lang = ANY (ARRAY['it'::text, 'en'::text])))
);

CREATE TABLE public.job_run (
    job text NOT NULL,
    slot timestamp with time zone NOT NULL,
    owner text NOT NULL,
    lease_until timestamp with time zone NOT NULL,
    done_at timestamp with time zone
);

CREATE TABLE public.letter (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    kind text NOT NULL,
    lang text NOT NULL,
    vals jsonb DEFAULT '{}'::jsonb NOT NULL,
    link_id bigint,
    attachment text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    locked_until timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    handed_by bigint,
    problem text DEFAULT ''::text NOT NULL,
    stripped_at timestamp with time zone,
    CONSTRAINT letter_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'handed'::text, 'failed'::text, 'withdrawn'::text])))
);

ALTER TABLE public.letter ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.letter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.line_channel (
    line_id bigint NOT NULL,
    channel text NOT NULL,
    CONSTRAINT line_channel_channel_check CHECK ((channel = ANY (ARRAY['phone'::text, 'chat'::text, 'video'::text, 'mail'::text, 'desk'::text])))
);

CREATE TABLE public.line_directory (
    line_id bigint NOT NULL,
    key text NOT NULL,
    number text NOT NULL,
    checked_on date,
    name text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    checked_by bigint,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT line_directory_key_check CHECK ((key = ANY (ARRAY['emergency'::text, 'listening'::text, 'children'::text, 'supervisor'::text])))
);

CREATE TABLE public.line_hours (
    line_id bigint NOT NULL,
    weekday integer NOT NULL,
    opens time without time zone NOT NULL,
    closes time without time zone NOT NULL,
    CONSTRAINT line_hours_weekday_check CHECK (((weekday >= 1) AND (weekday <= 7)))
);

ALTER TABLE public.line ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.line_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.login_link (
    id bigint NOT NULL,
    person_id bigint,
    purpose text NOT NULL,
    nonce bytea NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT login_link_purpose_check CHECK ((purpose = ANY (ARRAY['setup'::text, 'invite'::text, 'reset'::text, 'address'::text])))
);

ALTER TABLE public.login_link ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.login_link_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.media_blob (
    hash text NOT NULL,
    kind text NOT NULL,
    type text NOT NULL,
    bytes bigint NOT NULL,
    width integer DEFAULT 0 NOT NULL,
    height integer DEFAULT 0 NOT NULL,
    made_at timestamp with time zone NOT NULL,
    put_at timestamp with time zone NOT NULL,
    CONSTRAINT media_blob_bytes_check CHECK ((bytes > 0)),
    CONSTRAINT media_blob_hash CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT media_blob_height_check CHECK ((height >= 0)),
    CONSTRAINT media_blob_kind_check CHECK ((kind = ANY (ARRAY['picture'::text, 'sound'::text, 'film'::text, 'captions'::text, 'document'::text]))),
    CONSTRAINT media_blob_width_check CHECK ((width >= 0))
);

CREATE TABLE public.media_narrow (
    of_hash text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    hash text NOT NULL,
    CONSTRAINT media_narrow_height_check CHECK ((height > 0)),
    CONSTRAINT media_narrow_width_check CHECK ((width > 0))
);

CREATE TABLE public.observed_contact (
    id bigint NOT NULL,
    certificate_id bigint NOT NULL,
    person_id bigint NOT NULL,
    channel text NOT NULL,
    shift_id bigint,
    observer_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    good boolean NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    CONSTRAINT observed_contact_not_own CHECK ((observer_id <> person_id))
);

ALTER TABLE public.observed_contact ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.observed_contact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.organisation (
    single boolean DEFAULT true NOT NULL,
    name text NOT NULL,
    contact text NOT NULL,
    zone text DEFAULT 'Europe/Rome'::text NOT NULL,
    policy text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT organisation_single_check CHECK (single)
);

CREATE TABLE public.person_event (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    kind text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    appeal_by date,
    actor_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT person_event_kind_check CHECK ((kind = ANY (ARRAY['corrected'::text, 'merged'::text, 'left'::text, 'suspended'::text, 'restored'::text, 'erased'::text, 'appealed'::text, 'upheld'::text, 'lifted'::text]))),
    CONSTRAINT person_event_suspended CHECK (((kind <> 'suspended'::text) OR ((reason <> ''::text) AND (appeal_by IS NOT NULL))))
);

ALTER TABLE public.person_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.person_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.person ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.person_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE SEQUENCE public.person_number
    START WITH 101
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.privacy_notice (
    id bigint NOT NULL,
    version text NOT NULL,
    lang text NOT NULL,
    body text NOT NULL,
    html text NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT privacy_notice_lang_check CHECK ((lang = ANY (ARRAY['it'::text, 'en'::text])))
);

ALTER TABLE public.privacy_notice ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.privacy_notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.progress (
    enrolment_id bigint NOT NULL,
    requirement text NOT NULL,
    place integer NOT NULL,
    state text NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    needed integer DEFAULT 1 NOT NULL,
    score integer,
    at timestamp with time zone,
    CONSTRAINT progress_state_check CHECK ((state = ANY (ARRAY['done'::text, 'doing'::text, 'todo'::text, 'locked'::text, 'waiting'::text, 'failed'::text, 'critical'::text])))
);

CREATE TABLE public.quiz_attempt (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    enrolment_id bigint NOT NULL,
    requirement text NOT NULL,
    quiz_key text NOT NULL,
    quiz_hash text NOT NULL,
    bank_hash text NOT NULL,
    ordinal integer NOT NULL,
    paper jsonb NOT NULL,
    answers jsonb DEFAULT '{}'::jsonb NOT NULL,
    changes jsonb DEFAULT '{}'::jsonb NOT NULL,
    flags jsonb DEFAULT '[]'::jsonb NOT NULL,
    saves integer DEFAULT 0 NOT NULL,
    state text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    deadline timestamp with time zone,
    saved_at timestamp with time zone,
    submitted_at timestamp with time zone,
    timed_out boolean DEFAULT false NOT NULL,
    result jsonb,
    score integer,
    annulled_by bigint,
    reason text DEFAULT ''::text NOT NULL,
    stripped_at timestamp with time zone,
    CONSTRAINT quiz_attempt_state_check CHECK ((state = ANY (ARRAY['opened'::text, 'submitted'::text, 'passed'::text, 'failed'::text, 'annulled'::text])))
);

ALTER TABLE public.quiz_attempt ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.quiz_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.quiz_grant (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    enrolment_id bigint NOT NULL,
    quiz_key text NOT NULL,
    plan text NOT NULL,
    by_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT quiz_grant_not_own CHECK ((by_id <> person_id))
);

ALTER TABLE public.quiz_grant ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.quiz_grant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.quiz_mark (
    attempt_id bigint NOT NULL,
    item text NOT NULL,
    marker_id bigint NOT NULL,
    level integer NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT quiz_mark_level_check CHECK (((level >= 0) AND (level <= 3)))
);

CREATE TABLE public.reading (
    person_id bigint NOT NULL,
    hash text NOT NULL,
    anchor text DEFAULT ''::text NOT NULL,
    percent integer DEFAULT 0 NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT reading_percent_check CHECK (((percent >= 0) AND (percent <= 100)))
);

CREATE TABLE public.register_entry (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    entered_on date,
    policy text DEFAULT ''::text NOT NULL,
    covered_from timestamp with time zone,
    confirmed_by bigint,
    confirmed_at timestamp with time zone,
    left_on date,
    left_by bigint,
    corrects bigint,
    reason text DEFAULT ''::text NOT NULL
);

ALTER TABLE public.register_entry ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.register_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.release_media (
    release_id bigint NOT NULL,
    path text NOT NULL,
    hash text NOT NULL
);

CREATE TABLE public.release_part (
    release_id bigint NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    hash text NOT NULL,
    changed boolean DEFAULT false NOT NULL
);

CREATE TABLE public.role_grant (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    role text NOT NULL,
    scope text NOT NULL,
    scope_id bigint DEFAULT 0 NOT NULL,
    granted_by bigint,
    granted_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    partner text DEFAULT ''::text NOT NULL,
    agreement text DEFAULT ''::text NOT NULL,
    until timestamp with time zone,
    CONSTRAINT role_grant_agreement_check CHECK ((length(agreement) <= 120)),
    CONSTRAINT role_grant_partner CHECK ((((partner <> ''::text) = (until IS NOT NULL)) AND ((partner <> ''::text) OR (agreement = ''::text)) AND ((partner = ''::text) OR ((role = ANY (ARRAY['trainer'::text, 'evaluator'::text, 'mentor'::text])) AND (scope = ANY (ARRAY['cohort'::text, 'line'::text])))))),
    CONSTRAINT role_grant_partner_check CHECK ((length(partner) <= 120)),
    CONSTRAINT role_grant_role_check CHECK ((role = ANY (ARRAY['volunteer'::text, 'evaluator'::text, 'mentor'::text, 'trainer'::text, 'supervisor'::text, 'coordinator'::text, 'auditor'::text, 'administrator'::text]))),
    CONSTRAINT role_grant_scope_check CHECK ((scope = ANY (ARRAY['own'::text, 'cohort'::text, 'line'::text, 'site'::text, 'organisation'::text, 'all'::text])))
);

ALTER TABLE public.role_grant ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.role_grant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.roleplay_run (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    enrolment_id bigint,
    script_key text NOT NULL,
    script_hash text NOT NULL,
    seed bigint NOT NULL,
    choices jsonb DEFAULT '[]'::jsonb NOT NULL,
    state text NOT NULL,
    score integer,
    passed boolean,
    result jsonb,
    reflection text DEFAULT ''::text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT roleplay_run_state_check CHECK ((state = ANY (ARRAY['running'::text, 'ended'::text, 'left'::text])))
);

ALTER TABLE public.roleplay_run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.roleplay_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.rota (
    id bigint NOT NULL,
    line_id bigint NOT NULL,
    weekday integer NOT NULL,
    starts time without time zone NOT NULL,
    minutes integer NOT NULL,
    seats integer NOT NULL,
    from_on date NOT NULL,
    until_on date,
    CONSTRAINT rota_dates CHECK ((until_on >= from_on)),
    CONSTRAINT rota_minutes_check CHECK (((minutes >= 15) AND (minutes <= 1440))),
    CONSTRAINT rota_seats_check CHECK (((seats >= 1) AND (seats <= 1000))),
    CONSTRAINT rota_weekday_check CHECK (((weekday >= 1) AND (weekday <= 7)))
);

ALTER TABLE public.rota ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rota_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.secret_budget (
    key text NOT NULL,
    failures integer NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE public.session (
    id bigint NOT NULL,
    series_id bigint NOT NULL,
    cohort_id bigint NOT NULL,
    local_date date NOT NULL,
    slot integer DEFAULT 0 NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    capacity integer NOT NULL,
    trainer_id bigint,
    join_url text DEFAULT ''::text NOT NULL,
    script_key text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'planned'::text NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    closed_at timestamp with time zone,
    closed_by bigint,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT session_capacity_check CHECK ((capacity > 0)),
    CONSTRAINT session_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'cancelled'::text, 'closed'::text]))),
    CONSTRAINT session_times CHECK ((ends_at > starts_at))
);

ALTER TABLE public.session ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.session_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.session_series (
    id bigint NOT NULL,
    cohort_id bigint NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    weekdays integer[] NOT NULL,
    starts time without time zone NOT NULL,
    minutes integer NOT NULL,
    first_on date NOT NULL,
    count integer NOT NULL,
    capacity integer NOT NULL,
    trainer_id bigint,
    join_url text DEFAULT ''::text NOT NULL,
    script_key text DEFAULT ''::text NOT NULL,
    slot_minutes integer DEFAULT 0 NOT NULL,
    CONSTRAINT session_series_capacity_check CHECK ((capacity > 0)),
    CONSTRAINT session_series_count_check CHECK (((count >= 1) AND (count <= 200))),
    CONSTRAINT session_series_kind_check CHECK ((kind = ANY (ARRAY['evening'::text, 'lab'::text, 'roleplay'::text, 'recovery'::text]))),
    CONSTRAINT session_series_minutes_check CHECK (((minutes >= 5) AND (minutes <= 600)))
);

ALTER TABLE public.session_series ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.session_series_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.shift (
    id bigint NOT NULL,
    line_id bigint NOT NULL,
    rota_id bigint,
    local_date date NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    seats integer NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    closed_by bigint,
    closed_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT shift_closed CHECK (((state = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT shift_closer CHECK (((closed_by IS NULL) = (closed_at IS NULL))),
    CONSTRAINT shift_interval CHECK ((ends_at > starts_at)),
    CONSTRAINT shift_seats_check CHECK (((seats >= 1) AND (seats <= 1000))),
    CONSTRAINT shift_state_check CHECK ((state = ANY (ARRAY['open'::text, 'cancelled'::text, 'closed'::text])))
);

ALTER TABLE public.shift ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.shift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.shift_invitation (
    shift_id bigint NOT NULL,
    person_id bigint NOT NULL,
    invited_by bigint NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.shift_note (
    id bigint NOT NULL,
    shift_id bigint NOT NULL,
    person_id bigint NOT NULL,
    body text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT shift_note_body_check CHECK ((length(body) <= 4000))
);

ALTER TABLE public.shift_note ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.shift_note_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.shift_place (
    id bigint NOT NULL,
    shift_id bigint NOT NULL,
    person_id bigint NOT NULL,
    part text NOT NULL,
    state text NOT NULL,
    offered boolean DEFAULT false NOT NULL,
    booked_at timestamp with time zone NOT NULL,
    released_at timestamp with time zone,
    reason text DEFAULT ''::text NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    proposed_to bigint,
    CONSTRAINT shift_place_not_own CHECK ((proposed_to <> person_id)),
    CONSTRAINT shift_place_part_check CHECK ((part = ANY (ARRAY['volunteer'::text, 'supervisor'::text]))),
    CONSTRAINT shift_place_released CHECK (((state = 'released'::text) = (released_at IS NOT NULL))),
    CONSTRAINT shift_place_state_check CHECK ((state = ANY (ARRAY['booked'::text, 'released'::text, 'present'::text, 'absent'::text])))
);

ALTER TABLE public.shift_place ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.shift_place_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.web_session (
    token_hash bytea NOT NULL,
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    staff boolean NOT NULL,
    made_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    agent text DEFAULT ''::text NOT NULL
);

ALTER TABLE public.web_session ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.web_session_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_certificate_event_key UNIQUE (certificate_event_id);

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_person_event_key UNIQUE (person_event_id);

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.application_note
    ADD CONSTRAINT application_note_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.assessment
    ADD CONSTRAINT assessment_once_key UNIQUE (session_id, person_id, evaluator_id);

ALTER TABLE ONLY public.assessment
    ADD CONSTRAINT assessment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.attendance
    ADD CONSTRAINT attendance_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.audit_seal
    ADD CONSTRAINT audit_seal_entry_id_key UNIQUE (entry_id);

ALTER TABLE ONLY public.audit_seal
    ADD CONSTRAINT audit_seal_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.backup_run
    ADD CONSTRAINT backup_run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bank_item
    ADD CONSTRAINT bank_item_key UNIQUE (programme, lang, bank, item);

ALTER TABLE ONLY public.bank_item
    ADD CONSTRAINT bank_item_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bank_item_source
    ADD CONSTRAINT bank_item_source_pkey PRIMARY KEY (programme, lang);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_session_person_key UNIQUE (session_id, person_id);

ALTER TABLE ONLY public.call_panel
    ADD CONSTRAINT call_panel_evidence_key UNIQUE (evidence_id);

ALTER TABLE ONLY public.call_panel
    ADD CONSTRAINT call_panel_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.call_panel
    ADD CONSTRAINT call_panel_turn_key UNIQUE (session_id, person_id);

ALTER TABLE ONLY public.catalogue_card
    ADD CONSTRAINT catalogue_card_line_id_code_key UNIQUE (line_id, code);

ALTER TABLE ONLY public.catalogue_card
    ADD CONSTRAINT catalogue_card_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalogue_change
    ADD CONSTRAINT catalogue_change_card_id_number_key UNIQUE (card_id, number);

ALTER TABLE ONLY public.catalogue_change
    ADD CONSTRAINT catalogue_change_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.certificate_event
    ADD CONSTRAINT certificate_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_number_key UNIQUE (number);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.checklist_run
    ADD CONSTRAINT checklist_run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.clock_offset
    ADD CONSTRAINT clock_offset_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.cohort
    ADD CONSTRAINT cohort_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.command
    ADD CONSTRAINT command_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_version
    ADD CONSTRAINT content_version_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.deployment
    ADD CONSTRAINT deployment_kind_key UNIQUE (kind);

ALTER TABLE ONLY public.deployment
    ADD CONSTRAINT deployment_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.draft_author
    ADD CONSTRAINT draft_author_key PRIMARY KEY (draft_id, author_id);

ALTER TABLE ONLY public.draft_file
    ADD CONSTRAINT draft_file_key PRIMARY KEY (draft_id, path);

ALTER TABLE ONLY public.draft_media
    ADD CONSTRAINT draft_media_key PRIMARY KEY (draft_id, path);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.draft_review
    ADD CONSTRAINT draft_review_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.due_work
    ADD CONSTRAINT due_work_dedupe_key UNIQUE (dedupe_key);

ALTER TABLE ONLY public.due_work
    ADD CONSTRAINT due_work_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.emergency_override
    ADD CONSTRAINT emergency_override_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.engine_test
    ADD CONSTRAINT engine_test_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT enrolment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gate_fact
    ADD CONSTRAINT gate_fact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gate_key
    ADD CONSTRAINT gate_key_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gate_key
    ADD CONSTRAINT gate_key_token_key UNIQUE (token_hash);

ALTER TABLE ONLY public.gate_key_use
    ADD CONSTRAINT gate_key_use_pkey PRIMARY KEY (key_id);

ALTER TABLE ONLY public.gate_lease
    ADD CONSTRAINT gate_lease_holder_key UNIQUE (key_id, engine, instance);

ALTER TABLE ONLY public.gate_lease
    ADD CONSTRAINT gate_lease_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gate_version
    ADD CONSTRAINT gate_version_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.goose_db_version
    ADD CONSTRAINT goose_db_version_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hook_delivery
    ADD CONSTRAINT hook_delivery_message_key UNIQUE (message);

ALTER TABLE ONLY public.hook_delivery
    ADD CONSTRAINT hook_delivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hook_endpoint
    ADD CONSTRAINT hook_endpoint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_email_key UNIQUE (email_key);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.job_run
    ADD CONSTRAINT job_run_pkey PRIMARY KEY (job, slot);

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.line_channel
    ADD CONSTRAINT line_channel_pkey PRIMARY KEY (line_id, channel);

ALTER TABLE ONLY public.line
    ADD CONSTRAINT line_code_key UNIQUE (code);

ALTER TABLE ONLY public.line_directory
    ADD CONSTRAINT line_directory_pkey PRIMARY KEY (line_id, key);

ALTER TABLE ONLY public.line_hours
    ADD CONSTRAINT line_hours_pkey PRIMARY KEY (line_id, weekday, opens);

ALTER TABLE ONLY public.line
    ADD CONSTRAINT line_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.login_link
    ADD CONSTRAINT login_link_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.media_blob
    ADD CONSTRAINT media_blob_key PRIMARY KEY (hash);

ALTER TABLE ONLY public.media_narrow
    ADD CONSTRAINT media_narrow_key PRIMARY KEY (of_hash, width);

ALTER TABLE ONLY public.observed_contact
    ADD CONSTRAINT observed_contact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.person_event
    ADD CONSTRAINT person_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_number_key UNIQUE (number);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.privacy_notice
    ADD CONSTRAINT privacy_notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.privacy_notice
    ADD CONSTRAINT privacy_notice_version_key UNIQUE (version, lang);

ALTER TABLE ONLY public.progress
    ADD CONSTRAINT progress_pkey PRIMARY KEY (enrolment_id, requirement);

ALTER TABLE ONLY public.quiz_attempt
    ADD CONSTRAINT quiz_attempt_ordinal_key UNIQUE (person_id, enrolment_id, quiz_key, ordinal);

ALTER TABLE ONLY public.quiz_attempt
    ADD CONSTRAINT quiz_attempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.quiz_grant
    ADD CONSTRAINT quiz_grant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.quiz_mark
    ADD CONSTRAINT quiz_mark_pkey PRIMARY KEY (attempt_id, item);

ALTER TABLE ONLY public.reading
    ADD CONSTRAINT reading_pkey PRIMARY KEY (person_id, hash);

ALTER TABLE ONLY public.register_entry
    ADD CONSTRAINT register_entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.release_media
    ADD CONSTRAINT release_media_key PRIMARY KEY (release_id, path);

ALTER TABLE ONLY public.release_part
    ADD CONSTRAINT release_part_pkey PRIMARY KEY (release_id, kind, key);

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.role_grant
    ADD CONSTRAINT role_grant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.roleplay_run
    ADD CONSTRAINT roleplay_run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rota
    ADD CONSTRAINT rota_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.secret_budget
    ADD CONSTRAINT secret_budget_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_series_date_key UNIQUE (series_id, local_date, slot);

ALTER TABLE ONLY public.session_series
    ADD CONSTRAINT session_series_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.shift_invitation
    ADD CONSTRAINT shift_invitation_key PRIMARY KEY (shift_id, person_id);

ALTER TABLE ONLY public.shift_note
    ADD CONSTRAINT shift_note_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.shift
    ADD CONSTRAINT shift_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.shift_place
    ADD CONSTRAINT shift_place_key UNIQUE (shift_id, person_id);

ALTER TABLE ONLY public.shift_place
    ADD CONSTRAINT shift_place_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.shift
    ADD CONSTRAINT shift_rota_date_key UNIQUE (rota_id, local_date);

ALTER TABLE ONLY public.web_session
    ADD CONSTRAINT web_session_id_key UNIQUE (id);

ALTER TABLE ONLY public.web_session
    ADD CONSTRAINT web_session_pkey PRIMARY KEY (token_hash);

CREATE INDEX appeal_open ON public.appeal USING btree (line_id) WHERE (decided_at IS NULL);

CREATE INDEX appeal_person ON public.appeal USING btree (person_id);

CREATE UNIQUE INDEX application_open_key ON public.application USING btree (person_id, line_id) WHERE (state = ANY (ARRAY['submitted'::text, 'in_review'::text, 'on_hold'::text, 'admitted'::text]));

CREATE INDEX application_state ON public.application USING btree (line_id, state, submitted_at);

CREATE INDEX assessment_panel ON public.assessment USING btree (panel_id, id) WHERE (panel_id IS NOT NULL);

CREATE INDEX attendance_session ON public.attendance USING btree (session_id, person_id, id);

CREATE INDEX audit_entry_keeping ON public.audit_entry USING btree (id) WHERE (action = 'retention.apply'::text);

CREATE INDEX audit_entry_order ON public.audit_entry USING btree (xid, id);

CREATE INDEX audit_entry_subject ON public.audit_entry USING btree (subject_kind, subject_id, id);

CREATE INDEX bank_item_order ON public.bank_item USING btree (line, programme, lang, bank, place, id);

CREATE INDEX bank_item_search ON public.bank_item USING gin (public.item_vector(lang, words));

CREATE INDEX booking_person ON public.booking USING btree (person_id);

CREATE INDEX call_panel_open ON public.call_panel USING btree (enrolment_id) WHERE (evidence_id IS NULL);

CREATE INDEX certificate_event_certificate ON public.certificate_event USING btree (certificate_id, id);

CREATE INDEX certificate_person ON public.certificate USING btree (person_id, line_id);

CREATE UNIQUE INDEX certificate_proposed_key ON public.certificate USING btree (enrolment_id) WHERE (signed_at IS NULL);

CREATE INDEX command_at ON public.command USING btree (at);

CREATE UNIQUE INDEX contact_engine_key ON public.contact USING btree (key_id, engine_ref) WHERE (key_id IS NOT NULL);

CREATE INDEX contact_person ON public.contact USING btree (person_id, line_id, at);

CREATE INDEX contact_shift ON public.contact USING btree (shift_id) WHERE (shift_id IS NOT NULL);

CREATE INDEX content_version_key ON public.content_version USING btree (kind, key, lang, published_at);

CREATE INDEX draft_line ON public.draft USING btree (line_id, id);

CREATE UNIQUE INDEX draft_living_key ON public.draft USING btree (programme, lang) WHERE (state = ANY (ARRAY['open'::text, 'review'::text, 'approved'::text]));

CREATE INDEX draft_media_hash ON public.draft_media USING btree (hash);

CREATE INDEX draft_release ON public.draft USING btree (release_id) WHERE (release_id IS NOT NULL);

CREATE INDEX draft_review_draft ON public.draft_review USING btree (draft_id, id);

CREATE INDEX due_work_open ON public.due_work USING btree (run_at) WHERE (done_at IS NULL);

CREATE INDEX engine_test_line ON public.engine_test USING btree (line_id, id);

CREATE UNIQUE INDEX enrolment_about_key ON public.enrolment USING btree (about_id, track) WHERE ((track <> 'full'::text) AND (state <> ALL (ARRAY['withdrawn'::text, 'lapsed'::text])));

CREATE INDEX enrolment_line ON public.enrolment USING btree (line_id, state, person_id);

CREATE UNIQUE INDEX enrolment_person_cohort_key ON public.enrolment USING btree (person_id, cohort_id) WHERE (track = 'full'::text);

CREATE INDEX enrolment_upkeep ON public.enrolment USING btree (line_id, person_id) WHERE ((track <> 'full'::text) AND (state = ANY (ARRAY['enrolled'::text, 'active'::text])));

CREATE INDEX evidence_enrolment ON public.evidence USING btree (enrolment_id, requirement, id);

CREATE INDEX evidence_person ON public.evidence USING btree (person_id, id);

CREATE INDEX gate_fact_begins ON public.gate_fact USING btree (valid_from);

CREATE INDEX gate_fact_certificates ON public.gate_fact USING btree (line_id, person_id) WHERE (kind = 'certificate'::text);

CREATE INDEX gate_fact_closed_versions ON public.gate_fact USING btree (closed_version) WHERE (closed_version IS NOT NULL);

CREATE INDEX gate_fact_closings ON public.gate_fact USING btree (closed_at) WHERE (closed_at IS NOT NULL);

CREATE INDEX gate_fact_ends ON public.gate_fact USING btree (valid_until) WHERE (valid_until IS NOT NULL);

CREATE INDEX gate_fact_line ON public.gate_fact USING btree (line_id, kind) WHERE (person_id IS NULL);

CREATE INDEX gate_fact_line_now ON public.gate_fact USING btree (line_id, COALESCE(valid_until, 'infinity'::timestamp with time zone)) WHERE ((person_id IS NULL) AND (closed_at IS NULL));

CREATE INDEX gate_fact_owed ON public.gate_fact USING btree (ref_id) WHERE (kind = 'content_due'::text);

CREATE INDEX gate_fact_own_now ON public.gate_fact USING btree (person_id) WHERE ((closed_at IS NULL) OR (kind = 'certificate'::text));

CREATE INDEX gate_fact_person ON public.gate_fact USING btree (person_id, line_id);

CREATE INDEX gate_fact_recorded ON public.gate_fact USING btree (recorded_at);

CREATE INDEX gate_fact_supervisor_next ON public.gate_fact USING btree (line_id, valid_from) WHERE ((person_id IS NULL) AND (kind = 'supervisor_on'::text) AND (closed_at IS NULL));

CREATE INDEX gate_fact_versions ON public.gate_fact USING btree (version);

CREATE INDEX hook_delivery_due ON public.hook_delivery USING btree (next_try_at) WHERE (state = 'queued'::text);

CREATE INDEX hook_delivery_endpoint ON public.hook_delivery USING btree (endpoint_id, id);

CREATE INDEX identity_name ON public.identity USING btree (family_name, given_name, person_id);

CREATE INDEX letter_open ON public.letter USING btree (next_try_at) WHERE (state = 'queued'::text);

CREATE INDEX letter_person ON public.letter USING btree (person_id, id);

CREATE INDEX login_link_person ON public.login_link USING btree (person_id) WHERE (used_at IS NULL);

CREATE INDEX media_narrow_hash ON public.media_narrow USING btree (hash);

CREATE INDEX observed_contact_certificate ON public.observed_contact USING btree (certificate_id, id);

CREATE INDEX override_line ON public.emergency_override USING btree (line_id, given_at);

CREATE INDEX person_event_person ON public.person_event USING btree (person_id, id);

CREATE INDEX progress_state ON public.progress USING btree (requirement, state, enrolment_id);

CREATE INDEX quiz_attempt_bank ON public.quiz_attempt USING btree (bank_hash, id);

CREATE INDEX quiz_attempt_kept ON public.quiz_attempt USING btree (enrolment_id) WHERE (stripped_at IS NULL);

CREATE INDEX quiz_attempt_marking ON public.quiz_attempt USING btree (submitted_at) WHERE (state = 'submitted'::text);

CREATE UNIQUE INDEX quiz_attempt_open_key ON public.quiz_attempt USING btree (person_id, quiz_key) WHERE (state = 'opened'::text);

CREATE INDEX quiz_grant_enrolment ON public.quiz_grant USING btree (enrolment_id, quiz_key);

CREATE INDEX register_entry_person ON public.register_entry USING btree (person_id);

CREATE INDEX release_media_hash ON public.release_media USING btree (hash);

CREATE INDEX release_programme ON public.release USING btree (programme, lang, id);

CREATE UNIQUE INDEX role_grant_open_key ON public.role_grant USING btree (person_id, role, scope, scope_id) WHERE (ended_at IS NULL);

CREATE INDEX roleplay_run_person ON public.roleplay_run USING btree (person_id, script_key, id);

CREATE INDEX rota_line ON public.rota USING btree (line_id, weekday);

CREATE INDEX session_cohort ON public.session USING btree (cohort_id, starts_at);

CREATE INDEX shift_line ON public.shift USING btree (line_id, starts_at);

CREATE INDEX shift_note_at ON public.shift_note USING btree (at);

CREATE INDEX shift_note_shift ON public.shift_note USING btree (shift_id, id);

CREATE INDEX shift_over ON public.shift USING btree (line_id, ends_at) WHERE (state = 'open'::text);

CREATE INDEX shift_place_person ON public.shift_place USING btree (person_id, state);

CREATE INDEX shift_place_proposed ON public.shift_place USING btree (proposed_to) WHERE (proposed_to IS NOT NULL);

CREATE INDEX web_session_person ON public.web_session USING btree (person_id);

CREATE TRIGGER appeal_decides BEFORE UPDATE ON public.appeal FOR EACH ROW EXECUTE FUNCTION public.appeal_only_decides();

CREATE TRIGGER appeal_stays BEFORE DELETE OR TRUNCATE ON public.appeal FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER attendance_append_only BEFORE DELETE OR TRUNCATE ON public.attendance FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER attendance_only_strips BEFORE UPDATE ON public.attendance FOR EACH ROW EXECUTE FUNCTION public.attendance_only_strips();

CREATE TRIGGER audit_entry_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER audit_seal_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_seal FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER catalogue_card_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON public.catalogue_card FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER catalogue_change_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON public.catalogue_change FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER certificate_event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.certificate_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER clock_wakes AFTER INSERT OR UPDATE ON public.clock_offset FOR EACH STATEMENT EXECUTE FUNCTION public.gate_wake('abilita_gate');

CREATE TRIGGER content_version_immutable BEFORE DELETE OR UPDATE OR TRUNCATE ON public.content_version FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER draft_review_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON public.draft_review FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER enrolment_ends BEFORE INSERT OR UPDATE ON public.enrolment FOR EACH ROW EXECUTE FUNCTION public.enrolment_ends();

CREATE TRIGGER evidence_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.evidence FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gate_fact_closes BEFORE UPDATE ON public.gate_fact FOR EACH ROW EXECUTE FUNCTION public.gate_fact_only_closes();

CREATE TRIGGER gate_fact_stays BEFORE DELETE OR TRUNCATE ON public.gate_fact FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER gate_key_wakes AFTER UPDATE ON public.gate_key FOR EACH STATEMENT EXECUTE FUNCTION public.gate_wake('abilita_gate');

CREATE TRIGGER gate_lease_wakes AFTER UPDATE ON public.gate_lease FOR EACH ROW WHEN ((old.acked_version IS DISTINCT FROM new.acked_version)) EXECUTE FUNCTION public.gate_wake('abilita_lease');

CREATE TRIGGER gate_version_wakes AFTER UPDATE ON public.gate_version FOR EACH STATEMENT EXECUTE FUNCTION public.gate_wake('abilita_gate');

CREATE TRIGGER person_event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.person_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER quiz_grant_append_only BEFORE DELETE OR TRUNCATE ON public.quiz_grant FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER quiz_grant_only_strips BEFORE UPDATE ON public.quiz_grant FOR EACH ROW EXECUTE FUNCTION public.quiz_grant_only_strips();

CREATE TRIGGER release_media_immutable BEFORE DELETE OR UPDATE OR TRUNCATE ON public.release_media FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER release_part_immutable BEFORE DELETE OR UPDATE OR TRUNCATE ON public.release_part FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER shift_note_empties BEFORE UPDATE ON public.shift_note FOR EACH ROW EXECUTE FUNCTION public.shift_note_only_empties();

CREATE TRIGGER shift_note_stays BEFORE TRUNCATE ON public.shift_note FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_certificate_event_id_fkey FOREIGN KEY (certificate_event_id) REFERENCES public.certificate_event(id);

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_person_event_id_fkey FOREIGN KEY (person_event_id) REFERENCES public.person_event(id);

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.application_note
    ADD CONSTRAINT application_note_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.application(id);

ALTER TABLE ONLY public.application_note
    ADD CONSTRAINT application_note_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.assessment
    ADD CONSTRAINT assessment_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolment(id);

ALTER TABLE ONLY public.assessment
    ADD CONSTRAINT assessment_evaluator_id_fkey FOREIGN KEY (evaluator_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.assessment
    ADD CONSTRAINT assessment_panel_id_fkey FOREIGN KEY (panel_id) REFERENCES public.call_panel(id);

ALTER TABLE ONLY public.assessment
    ADD CONSTRAINT assessment_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.assessment
    ADD CONSTRAINT assessment_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.release(id);

ALTER TABLE ONLY public.assessment
    ADD CONSTRAINT assessment_script_hash_fkey FOREIGN KEY (script_hash) REFERENCES public.content_version(hash);

ALTER TABLE ONLY public.assessment
    ADD CONSTRAINT assessment_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(id);

ALTER TABLE ONLY public.attendance
    ADD CONSTRAINT attendance_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.attendance
    ADD CONSTRAINT attendance_corrects_fkey FOREIGN KEY (corrects) REFERENCES public.attendance(id);

ALTER TABLE ONLY public.attendance
    ADD CONSTRAINT attendance_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.attendance
    ADD CONSTRAINT attendance_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(id);

ALTER TABLE ONLY public.audit_seal
    ADD CONSTRAINT audit_seal_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.audit_entry(id);

ALTER TABLE ONLY public.bank_item
    ADD CONSTRAINT bank_item_hash_fkey FOREIGN KEY (hash) REFERENCES public.content_version(hash);

ALTER TABLE ONLY public.bank_item
    ADD CONSTRAINT bank_item_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.release(id);

ALTER TABLE ONLY public.bank_item_source
    ADD CONSTRAINT bank_item_source_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.release(id);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(id);

ALTER TABLE ONLY public.call_panel
    ADD CONSTRAINT call_panel_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolment(id);

ALTER TABLE ONLY public.call_panel
    ADD CONSTRAINT call_panel_evidence_id_fkey FOREIGN KEY (evidence_id) REFERENCES public.evidence(id);

ALTER TABLE ONLY public.call_panel
    ADD CONSTRAINT call_panel_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.call_panel
    ADD CONSTRAINT call_panel_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.release(id);

ALTER TABLE ONLY public.call_panel
    ADD CONSTRAINT call_panel_script_hash_fkey FOREIGN KEY (script_hash) REFERENCES public.content_version(hash);

ALTER TABLE ONLY public.call_panel
    ADD CONSTRAINT call_panel_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(id);

ALTER TABLE ONLY public.catalogue_card
    ADD CONSTRAINT catalogue_card_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.catalogue_change
    ADD CONSTRAINT catalogue_change_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.catalogue_change
    ADD CONSTRAINT catalogue_change_card_id_fkey FOREIGN KEY (card_id) REFERENCES public.catalogue_card(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolment(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_evaluator_id_fkey FOREIGN KEY (evaluator_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.certificate_event
    ADD CONSTRAINT certificate_event_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.certificate_event
    ADD CONSTRAINT certificate_event_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_extends_id_fkey FOREIGN KEY (extends_id) REFERENCES public.certificate(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.release(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_signed_by_fkey FOREIGN KEY (signed_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.checklist_run
    ADD CONSTRAINT checklist_run_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolment(id);

ALTER TABLE ONLY public.checklist_run
    ADD CONSTRAINT checklist_run_list_hash_fkey FOREIGN KEY (list_hash) REFERENCES public.content_version(hash);

ALTER TABLE ONLY public.checklist_run
    ADD CONSTRAINT checklist_run_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.checklist_run
    ADD CONSTRAINT checklist_run_signer_id_fkey FOREIGN KEY (signer_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.clock_offset
    ADD CONSTRAINT clock_offset_kind_fkey FOREIGN KEY (kind) REFERENCES public.deployment(kind);

ALTER TABLE ONLY public.cohort
    ADD CONSTRAINT cohort_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.cohort
    ADD CONSTRAINT cohort_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.release(id);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_key_id_fkey FOREIGN KEY (key_id) REFERENCES public.gate_key(id);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES public.shift(id);

ALTER TABLE ONLY public.content_version
    ADD CONSTRAINT content_version_published_by_fkey FOREIGN KEY (published_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.draft_author
    ADD CONSTRAINT draft_author_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.draft_author
    ADD CONSTRAINT draft_author_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES public.draft(id);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_base_id_fkey FOREIGN KEY (base_id) REFERENCES public.release(id);

ALTER TABLE ONLY public.draft_file
    ADD CONSTRAINT draft_file_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.draft_file
    ADD CONSTRAINT draft_file_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES public.draft(id);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.draft_media
    ADD CONSTRAINT draft_media_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.draft_media
    ADD CONSTRAINT draft_media_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES public.draft(id);

ALTER TABLE ONLY public.draft_media
    ADD CONSTRAINT draft_media_hash_fkey FOREIGN KEY (hash) REFERENCES public.media_blob(hash);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.release(id);

ALTER TABLE ONLY public.draft_review
    ADD CONSTRAINT draft_review_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.draft_review
    ADD CONSTRAINT draft_review_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES public.draft(id);

ALTER TABLE ONLY public.emergency_override
    ADD CONSTRAINT emergency_override_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.emergency_override
    ADD CONSTRAINT emergency_override_given_by_fkey FOREIGN KEY (given_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.emergency_override
    ADD CONSTRAINT emergency_override_informed_id_fkey FOREIGN KEY (informed_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.emergency_override
    ADD CONSTRAINT emergency_override_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.emergency_override
    ADD CONSTRAINT emergency_override_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.engine_test
    ADD CONSTRAINT engine_test_key_id_fkey FOREIGN KEY (key_id) REFERENCES public.gate_key(id);

ALTER TABLE ONLY public.engine_test
    ADD CONSTRAINT engine_test_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT enrolment_about_id_fkey FOREIGN KEY (about_id) REFERENCES public.certificate(id);

ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT enrolment_cohort_id_fkey FOREIGN KEY (cohort_id) REFERENCES public.cohort(id);

ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT enrolment_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT enrolment_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT enrolment_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.release(id);

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_corrects_fkey FOREIGN KEY (corrects) REFERENCES public.evidence(id);

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolment(id);

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.gate_fact
    ADD CONSTRAINT gate_fact_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.gate_fact
    ADD CONSTRAINT gate_fact_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.gate_key
    ADD CONSTRAINT gate_key_acts_for_fkey FOREIGN KEY (acts_for) REFERENCES public.person(id);

ALTER TABLE ONLY public.gate_key
    ADD CONSTRAINT gate_key_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.gate_key_use
    ADD CONSTRAINT gate_key_use_key_id_fkey FOREIGN KEY (key_id) REFERENCES public.gate_key(id);

ALTER TABLE ONLY public.gate_lease
    ADD CONSTRAINT gate_lease_key_id_fkey FOREIGN KEY (key_id) REFERENCES public.gate_key(id);

ALTER TABLE ONLY public.hook_delivery
    ADD CONSTRAINT hook_delivery_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);

ALTER TABLE ONLY public.hook_delivery
    ADD CONSTRAINT hook_delivery_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES public.hook_endpoint(id);

ALTER TABLE ONLY public.hook_endpoint
    ADD CONSTRAINT hook_endpoint_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_handed_by_fkey FOREIGN KEY (handed_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_link_id_fkey FOREIGN KEY (link_id) REFERENCES public.login_link(id);

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.line_channel
    ADD CONSTRAINT line_channel_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.line_directory
    ADD CONSTRAINT line_directory_checked_by_fkey FOREIGN KEY (checked_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.line_directory
    ADD CONSTRAINT line_directory_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.line_hours
    ADD CONSTRAINT line_hours_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.login_link
    ADD CONSTRAINT login_link_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.media_narrow
    ADD CONSTRAINT media_narrow_hash_fkey FOREIGN KEY (hash) REFERENCES public.media_blob(hash);

ALTER TABLE ONLY public.media_narrow
    ADD CONSTRAINT media_narrow_of_hash_fkey FOREIGN KEY (of_hash) REFERENCES public.media_blob(hash);

ALTER TABLE ONLY public.observed_contact
    ADD CONSTRAINT observed_contact_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);

ALTER TABLE ONLY public.observed_contact
    ADD CONSTRAINT observed_contact_observer_id_fkey FOREIGN KEY (observer_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.observed_contact
    ADD CONSTRAINT observed_contact_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.observed_contact
    ADD CONSTRAINT observed_contact_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES public.shift(id);

ALTER TABLE ONLY public.person_event
    ADD CONSTRAINT person_event_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.person_event
    ADD CONSTRAINT person_event_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES public.person(id);

ALTER TABLE ONLY public.progress
    ADD CONSTRAINT progress_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolment(id);

ALTER TABLE ONLY public.quiz_attempt
    ADD CONSTRAINT quiz_attempt_annulled_by_fkey FOREIGN KEY (annulled_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.quiz_attempt
    ADD CONSTRAINT quiz_attempt_bank_hash_fkey FOREIGN KEY (bank_hash) REFERENCES public.content_version(hash);

ALTER TABLE ONLY public.quiz_attempt
    ADD CONSTRAINT quiz_attempt_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolment(id);

ALTER TABLE ONLY public.quiz_attempt
    ADD CONSTRAINT quiz_attempt_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.quiz_attempt
    ADD CONSTRAINT quiz_attempt_quiz_hash_fkey FOREIGN KEY (quiz_hash) REFERENCES public.content_version(hash);

ALTER TABLE ONLY public.quiz_grant
    ADD CONSTRAINT quiz_grant_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.quiz_grant
    ADD CONSTRAINT quiz_grant_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolment(id);

ALTER TABLE ONLY public.quiz_grant
    ADD CONSTRAINT quiz_grant_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.quiz_mark
    ADD CONSTRAINT quiz_mark_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES public.quiz_attempt(id);

ALTER TABLE ONLY public.quiz_mark
    ADD CONSTRAINT quiz_mark_marker_id_fkey FOREIGN KEY (marker_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.reading
    ADD CONSTRAINT reading_hash_fkey FOREIGN KEY (hash) REFERENCES public.content_version(hash);

ALTER TABLE ONLY public.reading
    ADD CONSTRAINT reading_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.register_entry
    ADD CONSTRAINT register_entry_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.register_entry
    ADD CONSTRAINT register_entry_corrects_fkey FOREIGN KEY (corrects) REFERENCES public.register_entry(id);

ALTER TABLE ONLY public.register_entry
    ADD CONSTRAINT register_entry_left_by_fkey FOREIGN KEY (left_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.register_entry
    ADD CONSTRAINT register_entry_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_hash_fkey FOREIGN KEY (hash) REFERENCES public.content_version(hash);

ALTER TABLE ONLY public.release_media
    ADD CONSTRAINT release_media_hash_fkey FOREIGN KEY (hash) REFERENCES public.media_blob(hash);

ALTER TABLE ONLY public.release_media
    ADD CONSTRAINT release_media_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.release(id);

ALTER TABLE ONLY public.release_part
    ADD CONSTRAINT release_part_hash_fkey FOREIGN KEY (hash) REFERENCES public.content_version(hash);

ALTER TABLE ONLY public.release_part
    ADD CONSTRAINT release_part_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.release(id);

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_published_by_fkey FOREIGN KEY (published_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.role_grant
    ADD CONSTRAINT role_grant_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.role_grant
    ADD CONSTRAINT role_grant_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.roleplay_run
    ADD CONSTRAINT roleplay_run_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES public.enrolment(id);

ALTER TABLE ONLY public.roleplay_run
    ADD CONSTRAINT roleplay_run_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.roleplay_run
    ADD CONSTRAINT roleplay_run_script_hash_fkey FOREIGN KEY (script_hash) REFERENCES public.content_version(hash);

ALTER TABLE ONLY public.rota
    ADD CONSTRAINT rota_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_cohort_id_fkey FOREIGN KEY (cohort_id) REFERENCES public.cohort(id);

ALTER TABLE ONLY public.session_series
    ADD CONSTRAINT session_series_cohort_id_fkey FOREIGN KEY (cohort_id) REFERENCES public.cohort(id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_series_id_fkey FOREIGN KEY (series_id) REFERENCES public.session_series(id);

ALTER TABLE ONLY public.session_series
    ADD CONSTRAINT session_series_trainer_id_fkey FOREIGN KEY (trainer_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_trainer_id_fkey FOREIGN KEY (trainer_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.shift
    ADD CONSTRAINT shift_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.shift_invitation
    ADD CONSTRAINT shift_invitation_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES public.person(id);

ALTER TABLE ONLY public.shift_invitation
    ADD CONSTRAINT shift_invitation_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.shift_invitation
    ADD CONSTRAINT shift_invitation_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES public.shift(id);

ALTER TABLE ONLY public.shift
    ADD CONSTRAINT shift_line_id_fkey FOREIGN KEY (line_id) REFERENCES public.line(id);

ALTER TABLE ONLY public.shift_note
    ADD CONSTRAINT shift_note_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.shift_note
    ADD CONSTRAINT shift_note_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES public.shift(id);

ALTER TABLE ONLY public.shift_place
    ADD CONSTRAINT shift_place_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);

ALTER TABLE ONLY public.shift_place
    ADD CONSTRAINT shift_place_proposed_to_fkey FOREIGN KEY (proposed_to) REFERENCES public.person(id);

ALTER TABLE ONLY public.shift_place
    ADD CONSTRAINT shift_place_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES public.shift(id);

ALTER TABLE ONLY public.shift
    ADD CONSTRAINT shift_rota_id_fkey FOREIGN KEY (rota_id) REFERENCES public.rota(id);

ALTER TABLE ONLY public.web_session
    ADD CONSTRAINT web_session_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
