"""The Lua of the chat-state store: one round trip reads a batch, one measures, one commits. All keys share one tag."""

from shared.feed import APPEND_LUA

# A thread's row is its record, or leads on to another thread: `>` to what it was merged into, `~` to what it became by
# an erasure, until its messages have been looked at.
LEADS = """
local function leads_to(row)
  local sign = row and string.sub(row, 1, 1)
  return (sign == '>' or sign == '~') and string.sub(row, 2)
end
"""

# The thread that a contact's identifier means, however many were merged, and its record; nothing for an unknown one.
THREAD_OF = (
    LEADS
    + """
local function thread_of(tag, identifier)
  local id, record = redis.call('HGET', tag .. ':aliases', identifier), false
  while id do
    record = redis.call('HGET', tag .. ':threads', id)
    local on = leads_to(record)
    if not on then break end
    id = on
  end
  return id, record
end
"""
)

# What stands for a stored value when it is compared: see `working.version`.
VERSION = """
local function version(value)
  if not value then return '' end
  return #value > 0 and #value <= 32 and value or redis.sha1hex(value)
end
"""

# How many words one command of a script gets: Lua's stack holds 8,000.
AT_ONCE = "local AT_ONCE = 2000\n"

# KEYS: tag. ARGV: counts of identifiers and of hashes, those, references. Answers how often was erased, up to when the
# whole number is, which hashes name what went with it; for each identifier its thread, for each hash whose message it
# was; by fours each reference, and both ids of its message, its row and what waits for it; by twos each thread of
# these, and its row. Of a reference also the message it reacts to is read.
LOAD = (
    AT_ONCE
    + LEADS
    + """
local tag = KEYS[1]
local function fields(name, from, first, last)
  local key, out = tag .. name, {}
  for at = first, last, AT_ONCE do
    local found = redis.call('HMGET', key, unpack(from, at, math.min(at + AT_ONCE - 1, last)))
    for i = 1, #found do out[#out + 1] = found[i] end
  end
  return out
end
local threads, seen, wanted = {}, {}, {}
local function want(id)
  if id and not seen[id] then
    seen[id] = true
    wanted[#wanted + 1] = id
  end
end
local identifiers, hashes = tonumber(ARGV[1]), tonumber(ARGV[2])
local owners = fields(':aliases', ARGV, 3, 2 + identifiers)
for i = 1, identifiers do want(owners[i]) end
local gone, felled = {}, {}
if hashes > 0 then
  gone = fields(':gone', ARGV, 3 + identifiers, 2 + identifiers + hashes)
  local is_felled = redis.call('EXISTS', tag .. ':felled') == 1
  for i = 1, hashes do
    if gone[i] then want(string.sub(gone[i], 1, 32)) end
    local name = ARGV[2 + identifiers + i]
    if is_felled and redis.call('ZSCORE', tag .. ':felled', name) then felled[#felled + 1] = name end
  end
end
local references, asked, wave = {}, {}, {}
local function ask(name, into)
  if name and name ~= '' and not asked[name] then
    asked[name] = true
    into[#into + 1] = name
  end
end
for i = 3 + identifiers + hashes, #ARGV do ask(ARGV[i], wave) end
while #wave > 0 do
  local ids, rows, more = fields(':wamids', wave, 1, #wave), fields(':messages', wave, 1, #wave), {}
  for at = 1, #wave, AT_ONCE do
    local keys, last = {}, math.min(at + AT_ONCE - 1, #wave)
    for i = at, last do keys[#keys + 1] = tag .. ':early:' .. wave[i] end
    local early = redis.call('MGET', unpack(keys))
    for i = at, last do
      local n, row = #references, rows[i]
      references[n + 1], references[n + 2], references[n + 3] = wave[i], ids[i], row
      references[n + 4] = early[i - at + 1]
      ask(ids[i], more)
      if row then
        local owner, target = string.match(row, '^([^\\n]*)\\n([^\\n]*)\\n')
        want(owner)
        ask(target, more)
      end
    end
  end
  wave = more
end
while #wanted > 0 do
  local now = wanted
  wanted = {}
  local rows = fields(':threads', now, 1, #now)
  for i = 1, #now do
    threads[#threads + 1] = now[i]
    threads[#threads + 1] = rows[i]
    want(leads_to(rows[i]))
  end
end
local erasures, floor = redis.call('GET', tag .. ':erasures'), redis.call('GET', tag .. ':floor')
return {erasures, floor, felled, owners, gone, references, threads}
"""
)

# KEYS: tag. ARGV, for each thread: count of sources, sources, marker, count of sort keys to leave out, those keys.
# Answers for each: how many arrived after the marker, and the row of the last message that is not left out.
MEASURE = """
local tag, out, at = KEYS[1], {}, 1
local function take()
  at = at + 1
  return ARGV[at - 1]
end
local function takes()
  local list = {}
  for _ = 1, tonumber(take()) do list[#list + 1] = take() end
  return list
end
local function top(source, left_out, most)
  for _, key in ipairs(redis.call('ZRANGE', tag .. ':index:' .. source, '+', '-', 'BYLEX', 'REV', 'LIMIT', 0, most)) do
    if not left_out[key] then return key end
  end
end
while at <= #ARGV do
  local sources, marker, left_out = takes(), take(), {}
  local keys = takes()
  for _, key in ipairs(keys) do left_out[key] = true end
  local unread, last = 0, nil
  for _, source in ipairs(sources) do
    local from = marker == '' and '-' or '(' .. marker
    unread = unread + redis.call('ZLEXCOUNT', tag .. ':inbound:' .. source, from, '+')
    local key = top(source, left_out, #keys + 1)
    if key and (not last or key > last) then last = key end
  end
  out[#out + 1] = unread
  out[#out + 1] = last and redis.call('HGET', tag .. ':messages', string.sub(last, 30)) or false
end
return out
"""

# KEYS: feed, feed start. ARGV: now, nonce, since when the oldest fact is ours (0: not told), then for each write: count
# of checks, each an expected digest and a command; count of commands, each a command; count of changes, those. A
# command is its length and its words. A write whose checks all hold is carried out and announced; the answer has 1 for
# each that was, 0 for each that was stale.
COMMIT = (
    APPEND_LUA
    + VERSION
    + """
local at, out, changes = 4, {}, {}
local function command()
  local from = at + 1
  at = from + tonumber(ARGV[at])
  return from, at - 1
end
while at <= #ARGV do
  local fresh = true
  local count = tonumber(ARGV[at])
  at = at + 1
  for _ = 1, count do
    local expected = ARGV[at]
    at = at + 1
    local from, to = command()
    local value = fresh and redis.call(unpack(ARGV, from, to))
    if fresh and version(value) ~= expected then fresh = false end
  end
  count = tonumber(ARGV[at])
  at = at + 1
  for _ = 1, count do
    local from, to = command()
    if fresh then redis.call(unpack(ARGV, from, to)) end
  end
  count = tonumber(ARGV[at])
  at = at + 1
  for i = at, at + count - 1 do
    if fresh then changes[#changes + 1] = ARGV[i] end
  end
  at = at + count
  out[#out + 1] = fresh and 1 or 0
end
if #changes > 0 then append_to_feed(KEYS[1], KEYS[2], changes, ARGV[1], ARGV[2], ARGV[3]) end
return out
"""
)

# KEYS: tag. ARGV: signs noticed until then count. Answers how many messages each kind of gap misses (ours, elsewhere,
# named, quoted), and when the latest of them was noticed. What was reported of a message ends by itself (it is 7 days
# old, or erased): its sign goes here. A claim is ours if the request ledger knows the id.
MISSING = """
local tag, counts, latest = KEYS[1], {ours = 0, elsewhere = 0, named = 0, quoted = 0}, 0
for _, sign in ipairs({'ours', 'claimed', 'elsewhere', 'named', 'quoted'}) do
  local key = tag .. ':signs:' .. sign
  local found = redis.call('ZRANGEBYSCORE', key, '-inf', ARGV[1], 'WITHSCORES')
  for i = 1, #found, 2 do
    local early = redis.call('GET', tag .. ':early:' .. found[i])
    if not early then
      redis.call('ZREM', key, found[i])
    else
      local kind = sign
      if sign == 'claimed' then
        local trace = cjson.decode(early).trace or {}
        local asked = tag .. ':request:' .. (trace.callback or '')
        kind = redis.call('EXISTS', asked) == 1 and 'ours' or 'elsewhere'
      end
      counts[kind] = counts[kind] + 1
      latest = math.max(latest, tonumber(found[i + 1]))
    end
  end
end
return {counts.ours, counts.elsewhere, counts.named, counts.quoted, latest}
"""
