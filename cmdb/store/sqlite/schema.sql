-- The tables of a CMDB file.  A version stands once: the current one in `item` or `relationship`, a closed one in
-- `item_past` or `relationship_past`.  What was true at a seq is what satisfies `from_seq <= seq AND seq < to_seq` in
-- either.  Columns stand in the order of the model's fields.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE commits (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    reason TEXT NOT NULL,
    run_id TEXT,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    related INTEGER NOT NULL,
    unrelated INTEGER NOT NULL
) STRICT;
CREATE INDEX commits_at ON commits (at);

CREATE TABLE item (
    nr INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    cls TEXT NOT NULL,
    name TEXT NOT NULL,
    attributes TEXT NOT NULL,
    identity_key TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    from_seq INTEGER NOT NULL,
    created_seq INTEGER NOT NULL,
    lifecycle TEXT NOT NULL,
    groups TEXT NOT NULL,
    identifiers TEXT NOT NULL
) STRICT;
CREATE INDEX item_class ON item (cls, name, id, lifecycle);
CREATE INDEX item_name ON item (name, id, lifecycle);
CREATE INDEX item_from_seq ON item (from_seq);

CREATE TABLE item_past (
    id TEXT NOT NULL REFERENCES item (id),
    cls TEXT NOT NULL,
    name TEXT NOT NULL,
    attributes TEXT NOT NULL,
    identity_key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    from_seq INTEGER NOT NULL,
    created_seq INTEGER NOT NULL,
    to_seq INTEGER NOT NULL CHECK (from_seq < to_seq),
    lifecycle TEXT NOT NULL,
    groups TEXT NOT NULL,
    identifiers TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX item_past_id ON item_past (id, from_seq);
CREATE INDEX item_past_class ON item_past (cls, name, id);
CREATE INDEX item_past_name ON item_past (name, id);
CREATE INDEX item_past_from_seq ON item_past (from_seq);

CREATE TABLE identifier (
    hash TEXT NOT NULL,
    id TEXT NOT NULL REFERENCES item (id),
    PRIMARY KEY (hash, id)
) STRICT, WITHOUT ROWID;

-- Words come split and folded by cmdb.model.text, hence the tokenizer that only splits at spaces.
CREATE VIRTUAL TABLE item_words USING fts5 (name, words, tokenize = 'ascii', detail = 'column', columnsize = 0);

CREATE TABLE relationship (
    type TEXT NOT NULL,
    from_id TEXT NOT NULL REFERENCES item (id),
    to_id TEXT NOT NULL REFERENCES item (id),
    revision INTEGER NOT NULL,
    from_seq INTEGER NOT NULL,
    group_name TEXT,
    effect TEXT,
    basis TEXT NOT NULL,
    attributes TEXT NOT NULL,
    key TEXT GENERATED ALWAYS AS (type || '|' || from_id || '|' || to_id) VIRTUAL
) STRICT;
CREATE UNIQUE INDEX relationship_key ON relationship (key);
CREATE INDEX relationship_from ON relationship (from_id, type);
CREATE INDEX relationship_to ON relationship (to_id, type);
CREATE INDEX relationship_from_seq ON relationship (from_seq);

CREATE TABLE relationship_past (
    type TEXT NOT NULL,
    from_id TEXT NOT NULL REFERENCES item (id),
    to_id TEXT NOT NULL REFERENCES item (id),
    revision INTEGER NOT NULL,
    from_seq INTEGER NOT NULL,
    to_seq INTEGER NOT NULL CHECK (from_seq < to_seq),
    group_name TEXT,
    effect TEXT,
    basis TEXT NOT NULL,
    attributes TEXT NOT NULL,
    key TEXT GENERATED ALWAYS AS (type || '|' || from_id || '|' || to_id) VIRTUAL
) STRICT;
CREATE UNIQUE INDEX relationship_past_key ON relationship_past (key, from_seq);
CREATE INDEX relationship_past_from ON relationship_past (from_id, type);
CREATE INDEX relationship_past_to ON relationship_past (to_id, type);
CREATE INDEX relationship_past_from_seq ON relationship_past (from_seq);
CREATE INDEX relationship_past_to_seq ON relationship_past (to_seq);

CREATE TABLE record (
    source TEXT NOT NULL,
    boundary TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    run_id TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    seen_run TEXT NOT NULL,
    gone INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX record_binding ON record (source, boundary, key);
CREATE INDEX record_target ON record (target) WHERE target IS NOT NULL;
CREATE INDEX record_unresolved ON record (source, boundary, key) WHERE target IS NULL;

CREATE TABLE run (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    actor TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    counts TEXT NOT NULL,
    scopes TEXT NOT NULL,
    batches INTEGER NOT NULL,
    message TEXT NOT NULL,
    reverts TEXT NOT NULL,
    taken TEXT NOT NULL,
    fingerprint TEXT NOT NULL
) STRICT;
CREATE INDEX run_started_at ON run (started_at, id);

-- Source records as they were before a run first replaced or dropped them; the columns after the first are the record's.
CREATE TABLE superseded (
    superseded_by TEXT NOT NULL,
    source TEXT NOT NULL,
    boundary TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    run_id TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    seen_run TEXT NOT NULL,
    gone INTEGER NOT NULL,
    PRIMARY KEY (superseded_by, source, boundary, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX superseded_run ON superseded (run_id, superseded_by);

CREATE TABLE lease (
    source TEXT NOT NULL,
    boundary TEXT NOT NULL,
    run_id TEXT NOT NULL,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (source, boundary)
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_run ON lease (run_id);

CREATE TABLE plan (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    base_seq INTEGER NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    source TEXT NOT NULL,
    scopes TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    counts TEXT NOT NULL,
    sweep TEXT,
    held_because TEXT NOT NULL,
    run_id TEXT NOT NULL,
    part INTEGER NOT NULL,
    is_last INTEGER NOT NULL,
    decided_at INTEGER,
    decided_by TEXT NOT NULL
) STRICT;
CREATE INDEX plan_created_at ON plan (created_at, id);
CREATE INDEX plan_state ON plan (state, created_at, id);

CREATE TABLE plan_part (
    plan_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    first INTEGER NOT NULL,
    entries TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX plan_part_first ON plan_part (plan_id, kind, first);

-- The columns of these views are those of the tables of closed versions, with the same affinities: only then does SQLite
-- merge the two in the order of an index instead of sorting both.

CREATE VIEW item_live AS
SELECT id, cls, name, attributes, identity_key, revision, from_seq, created_seq,
    CAST(9223372036854775807 AS INTEGER) AS to_seq, lifecycle, groups, identifiers
FROM item;

CREATE VIEW relationship_live AS
SELECT type, from_id, to_id, revision, from_seq, CAST(9223372036854775807 AS INTEGER) AS to_seq,
    group_name, effect, basis, attributes, key
FROM relationship;
