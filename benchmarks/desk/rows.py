"""Fills the tables with believable tickets, by SQL on the server: a million take minutes, not hours."""

from __future__ import annotations

import psycopg
from psycopg import sql

AGENTS = 20
OPEN_SHARE = 10  # one in so many tickets waits for an agent
# Words that a search looks for: in about ten tickets however many there are, and in every second one.
RARE_WORD, COMMON_WORD = "kuitansi", "kode"
RARE_TICKETS = 10

AGENTS_SQL = """
INSERT INTO auth_user (
    username, first_name, last_name, email, password, is_superuser, is_staff, is_active, date_joined
)
SELECT 'agen' || n, 'Agen', n::text, 'agen' || n || '@kantor.test', '!', n = 1, true, true, now()
FROM generate_series(1, %(agents)s) n
"""
ROLES_SQL = """
INSERT INTO auth_user_groups (user_id, group_id)
SELECT auth_user.id, auth_group.id FROM auth_user, auth_group WHERE auth_group.name = 'agent'
"""

INCIDENTS_SQL = """
INSERT INTO tickets_incident (id, title, public_note, started_at)
SELECT n, 'Gangguan ' || n, '', now() - interval '1 hour' * n FROM generate_series(1, 3) n
"""
SAVED_VIEWS_SQL = """
INSERT INTO tickets_savedview (user_id, name, query, position, is_shared)
SELECT id, left(query, 40), query, 0, false FROM auth_user, unnest(ARRAY[
    'tab=open&category=otp_not_received&age=30m', 'tab=open&confidence=human', 'tab=open&assignee=nobody',
    'tab=all&channel=chat', 'tab=open&incident=1', 'tab=mine'
]) query
"""

# Every column follows from the number, by hashes with different salts; states in these shares:
# 10 % open, 0.3 % held, 2 % pending, 7 % resolved, 0.5 % merged, 2.2 % spam, the rest closed.
TICKETS_SQL = """
INSERT INTO tickets_ticket (
    id, attempts, lease_until, reference, submission_key, channel, language, registered_email,
    registered_phone, reply_email, requester_key, signup_precision, signed_up_at, zone,
    tried_waiting, tried_spam, tried_resend, tried_device,
    device, user_agent, ip_address, description, status, category, confidence, second_category,
    second_confidence, priority, assignee_id, attention, hold_until, hold_then, queued_at, pending_since_at,
    clock_used, breached, response_due_at, resolution_due_at, due_at,
    first_auto_reply_at, first_agent_reply_at, resolved_at, resolution, closed_at, follows_id, merged_into_id,
    created_at, updated_at, screen_text, incident_id, is_unsure,
    situation, signup_claim, network, suspended_because
)
SELECT
    n, 1, NULL,
    'KS-' || substr(hex, 1, 4) || '-' || substr(hex, 5, 4),
    gen_random_uuid(),
    (ARRAY['form','form','form','form','form','form','api','email','email','chat'])[1 + h1 %% 10],
    CASE WHEN h2 %% 20 = 0 THEN 'en' ELSE 'id' END,
    email, '', '', email, 'minute', created - interval '20 minutes',
    (ARRAY['Asia/Jakarta','Asia/Jakarta','Asia/Jakarta','Asia/Makassar','Asia/Jayapura'])[1 + h1 %% 5],
    h1 %% 2 = 0, h1 %% 3 = 0, h2 %% 4 = 0, h2 %% 7 = 0,
    (ARRAY['Android 14, Chrome','Android 13, Chrome','iPhone, iOS 17.5, Safari','Windows 11, Edge'])
        [1 + h2 %% 4],
    'Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36',
    ('10.' || n / 65536 %% 256 || '.' || n / 256 %% 256 || '.' || n %% 256)::inet,
    (ARRAY['kak','halo min','selamat siang','permisi admin','mohon bantuan','tolong','pagi kak'])
        [1 + h1 %% 7] || ', ' ||
    (ARRAY['kode otp ga masuk2 padahal udah nunggu','kode verifikasi belum sampai ke email saya',
           'link aktivasi eror katanya kedaluwarsa',
           'email dibilang sudah terdaftar padahal belum pernah daftar',
           'form daftar ditolak terus data sudah benar','akun baru langsung dibatasi tidak bisa masuk',
           'sms kode nya lama sekali','halaman daftar lambat dan putih saja'])[1 + h2 %% 8] || ' ' ||
    (ARRAY['dari tadi pagi','sejak kemarin','sudah 15 menit','udah dua jam','barusan'])
        [1 + h3 %% 5] || ', ' ||
    (ARRAY['udah cek spam','sudah kirim ulang dua kali','sudah coba hp lain','belum coba apa2',
           'pakai wifi kantor','pakai paket data'])
        [1 + h1 / 7 %% 6] || '. nomor pesanan ' || md5((n / 3)::text)
        || CASE WHEN n %% %(rare_step)s = 0 THEN ' ada kuitansi nya' ELSE '' END,
    status,
    CASE WHEN h3 %% 50 = 0 THEN '' ELSE
        (ARRAY['otp_not_received','otp_not_received','otp_not_received','form_rejected','already_registered',
               'activation_link_error','self_otp_waiting','self_spam_folder','other','account_restricted'])
        [1 + h3 / 50 %% 10] END,
    -- One in fifty without a category, one in fifty with a human's.
    CASE WHEN h3 %% 50 < 2 THEN NULL ELSE 0.5 + (h1 %% 50) / 100.0 END,
    'other', 0.04,
    priority,
    CASE WHEN status IN ('self_fix', 'spam') OR status = 'open' AND h1 %% 10 < 7 THEN NULL
         ELSE (SELECT min(id) FROM auth_user) + h2 %% %(agents)s END,
    '',
    CASE WHEN status = 'self_fix' THEN now() + interval '1 hour' END,
    CASE WHEN status = 'self_fix' THEN 'queue' ELSE '' END,
    CASE WHEN status <> 'self_fix' THEN created + interval '2 seconds' END,
    CASE WHEN status = 'pending' THEN created + interval '1 hour' END,
    CASE WHEN status IN ('open', 'self_fix') THEN interval '0' ELSE interval '1 hour' END,
    CASE WHEN status = 'open' AND created + promised < now() THEN 'response' ELSE '' END,
    CASE WHEN status <> 'self_fix' THEN created + promised END,
    CASE WHEN status <> 'self_fix' THEN created + 4 * promised END,
    CASE WHEN status = 'open' THEN created + promised END,
    created + interval '2 seconds',
    CASE WHEN status IN ('pending', 'resolved', 'closed') THEN created + interval '1 hour' END,
    CASE WHEN status IN ('resolved', 'closed') THEN created + interval '5 hours' END,
    CASE WHEN status IN ('resolved', 'closed')
         THEN (ARRAY['requester', 'agent', 'assumed'])[1 + h1 %% 3] ELSE '' END,
    CASE WHEN status = 'closed' THEN created + interval '8 days' END,
    NULL,
    CASE WHEN status = 'merged' THEN n - 1 END,
    created, created,
    CASE WHEN h1 %% 10 < 3 THEN '09.41 Daftar akun Kode OTP salah atau kedaluwarsa Kirim ulang' ELSE '' END,
    CASE WHEN status IN ('open', 'pending') AND h3 %% 25 = 3 THEN 1 + h2 %% 3 END,
    h3 %% 50 >= 2 AND h3 / 50 %% 10 = 8 AND n %% 2 = 0,
    '', '', '', ''
FROM (
    SELECT *, (ARRAY[interval '30 minutes', interval '1 hour', interval '4 hours', interval '8 hours'])
        [priority] AS promised
    FROM (
    SELECT n, h1, h2, h3,
        CASE WHEN h2 %% 100 < 2 THEN 1 WHEN h2 %% 100 < 20 THEN 2 WHEN h2 %% 100 < 85 THEN 3 ELSE 4 END
            AS priority,
        -- Times an odd number, modulo 2^32: scattered, and none twice.
        lpad(upper(to_hex(n * 2654435761 & 4294967295)), 8, '0') AS hex,
        'pemohon' || n / 2 || '@contoh.id' AS email,
        CASE WHEN n %% %(open_share)s = 0 THEN 'open'
             WHEN h1 %% 1000 < 3 THEN 'self_fix' WHEN h1 %% 1000 < 23 THEN 'pending'
             WHEN h1 %% 1000 < 93 THEN 'resolved' WHEN h1 %% 1000 < 98 AND n > 1 THEN 'merged'
             WHEN h1 %% 1000 < 120 THEN 'spam' ELSE 'closed' END AS status,
        now() - interval '730 days' * (1 - n::float / %(count)s) - interval '1 minute' AS created
    FROM (
        SELECT n, abs(hashint4(n)) AS h1, abs(hashint4(n * 7 + 1)) AS h2, abs(hashint4(n * 13 + 5)) AS h3
        FROM generate_series(1, %(count)s) n
    ) hashed
    ) numbered
) promised
"""
ASSESSMENTS_SQL = """
INSERT INTO tickets_assessment (
    ticket_id, category, confidence, abstained, route, guesses, facts, reasons, model_version, created_at
)
SELECT id, coalesce(nullif(category, ''), 'other'), 0.8,
    category = '' OR category = 'other' AND id %% 2 = 0, 'agent',
    '[["otp_not_received", 0.8], ["other", 0.1], ["self_spam_folder", 0.05]]'::jsonb,
    '{"minutes_since_signup": 20, "tried": ["spam", "waited"]}'::jsonb,
    '[]'::jsonb, 'benchmark', created_at
FROM tickets_ticket
"""
EVENTS_SQL = """
INSERT INTO tickets_event (ticket_id, kind, actor_kind, data, created_at)
SELECT id, kind, actor, '{}'::jsonb, created_at FROM tickets_ticket,
    (VALUES ('submitted', 'requester'), ('triaged', 'system')) kinds (kind, actor)
"""
# Every second resolved ticket was held before, every other one answered by its agent.
MOVES_SQL = """
INSERT INTO tickets_event (ticket_id, kind, actor_kind, actor_id, data, created_at)
SELECT id, 'replied', 'agent', assignee_id, '{}'::jsonb, first_agent_reply_at
FROM tickets_ticket WHERE first_agent_reply_at IS NOT NULL
UNION ALL
SELECT id, 'moved', 'system', NULL, jsonb_build_object(
    'before', 'new', 'after', CASE WHEN id %% 2 = 0 THEN 'self_fix' ELSE 'open' END, 'because', 'triaged'
), created_at + interval '2 seconds'
FROM tickets_ticket WHERE status <> 'spam'
UNION ALL
SELECT id, 'moved',
    CASE resolution WHEN 'requester' THEN 'requester' WHEN 'agent' THEN 'agent' ELSE 'system' END,
    CASE resolution WHEN 'agent' THEN assignee_id END, jsonb_build_object(
        'before', CASE WHEN id %% 2 = 0 THEN 'self_fix' ELSE 'open' END,
        'after', 'resolved', 'because', resolution
    ), resolved_at
FROM tickets_ticket WHERE resolved_at IS NOT NULL
"""
SCREENSHOTS_SQL = """
INSERT INTO tickets_screenshot (
    public_id, ticket_id, attempts, name, state, original_path, clean_path, format, width, height, size,
    sha256, created_at, cleaned_at
)
SELECT gen_random_uuid(), id, 1, 'layar.png', 'clean', '', '2026/01/01/' || md5(id::text), 'png',
    1080, 2340, 300000, repeat(md5(id::text), 2), created_at, created_at
FROM tickets_ticket WHERE id %% 5 = 0
"""
MESSAGES_SQL = """
INSERT INTO tickets_message (
    ticket_id, kind, language, subject, body, advice, created_at, purpose, delivery, suppressed_because,
    recipient, recipient_key, message_id, deliver_after_at, sent_at, last_error, attempts,
    bounce_status, provider_id
)
SELECT id, 'auto_reply', 'id', 'Laporan Anda', repeat('Silakan tunggu dan coba lagi. ', 15), NULL,
    created_at, 'advice', 'sent', '', registered_email, registered_email,
    '<' || id || '@benchmark>', created_at, created_at, '', 1, '', ''
FROM tickets_ticket
"""


STATEMENTS = (
    INCIDENTS_SQL,
    SAVED_VIEWS_SQL,
    TICKETS_SQL,
    ASSESSMENTS_SQL,
    EVENTS_SQL,
    MOVES_SQL,
    SCREENSHOTS_SQL,
    MESSAGES_SQL,
)


def fill(url: str, *, count: int) -> None:
    """Put so many tickets into an empty database, with what belongs to them, and let it settle."""
    values = {
        "count": count,
        "agents": AGENTS,
        "open_share": OPEN_SHARE,
        "rare_step": max(1, count // RARE_TICKETS),
    }
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("SET synchronous_commit = off")
        connection.execute(AGENTS_SQL, values)
        connection.execute(ROLES_SQL)
        # Indexes made afterwards take a third of the time, and lie as after a REINDEX.
        indexes = _drop_indexes(connection)
        for statement in STATEMENTS:
            connection.execute(statement, values if "%" in statement else None)
        for definition in indexes:
            connection.execute(definition)
        connection.execute("VACUUM (ANALYZE)")


def _drop_indexes(connection: psycopg.Connection) -> list[str]:
    """Drop the indexes that no constraint stands on; return how to make them again."""
    found = connection.execute(
        """
        SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename LIKE 'tickets_%'
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = quote_ident(indexname)::regclass)
        """
    ).fetchall()
    for name, _ in found:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [definition for _, definition in found]
