"""The Lua of the chat-state store: one round trip reads a batch, one measures, one commits. All keys share one tag."""

from shared.feed import APPEND_LUA

# A thread's row is its record, or leads on to another thread: `>` to what it was merged into, `~` to what it became by
# an erasure, until its messages have been looked at.
_LEADS = """
local function leads_to(row)
  local sign = row and string.sub(row, 1, 1)
  return (sign == '>' or sign == '~') and string.sub(row, 2)
end
"""

# KEYS: tag. ARGV: counts of identifiers and of hashes, those, references. Answers triples of table, name and value,
# each cell once: aliases with their threads, and for each reference both ids of the message, its row, what waits for
# it, its thread, and the message it reacts to; for each hash whose erased message it was, or that it went with the
# whole number; how often was erased, and up to when the whole number is.
LOAD = (
    _LEADS
    + """
local tag, out, seen = KEYS[1], {}, {}
local function cell(kind, name, value)
  out[#out + 1], out[#out + 2], out[#out + 3] = kind, name, value
end
local function thread(id)
  while id and not seen['t' .. id] do
    seen['t' .. id] = true
    local row = redis.call('HGET', tag .. ':threads', id)
    cell('thread', id, row)
    id = leads_to(row)
  end
end
local reference
local function message(id)
  if seen['m' .. id] then return end
  seen['m' .. id] = true
  local row = redis.call('HGET', tag .. ':messages', id)
  cell('message', id, row)
  cell('early', id, redis.call('GET', tag .. ':early:' .. id))
  if row then
    local owner, target = string.match(row, '^([^\\n]*)\\n([^\\n]*)\\n')
    thread(owner)
    if target ~= '' then reference(target) end
  end
end
reference = function(name)
  if seen['w' .. name] then return end
  seen['w' .. name] = true
  local id = redis.call('HGET', tag .. ':wamids', name)
  cell('wamid', name, id)
  message(name)
  if id then reference(id) end
end
local identifiers, hashes = tonumber(ARGV[1]), tonumber(ARGV[2])
cell('erasures', '', redis.call('GET', tag .. ':erasures'))
local floor = redis.call('GET', tag .. ':floor')
cell('floor', '', floor)
local felled = hashes > 0 and redis.call('EXISTS', tag .. ':felled') == 1
for i = 3, 2 + identifiers do
  local owner = redis.call('HGET', tag .. ':aliases', ARGV[i])
  cell('alias', ARGV[i], owner)
  thread(owner)
end
for i = 3 + identifiers, 2 + identifiers + hashes do
  local owner = redis.call('HGET', tag .. ':gone', ARGV[i])
  cell('gone', ARGV[i], owner)
  if owner then thread(string.sub(owner, 1, 32)) end
  if felled and redis.call('ZSCORE', tag .. ':felled', ARGV[i]) then cell('felled', ARGV[i], '') end
end
for i = 3 + identifiers + hashes, #ARGV do reference(ARGV[i]) end
return out
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
    if fresh and (value and redis.sha1hex(value) or '') ~= expected then fresh = false end
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

# KEYS: tag. ARGV: a contact's identifier, the sort key to begin before ('+' for the newest), how many rows. Answers the
# thread's record (false for an unknown contact), its next sort keys, newest first, and their rows. In one step: between
# two, a merge would have moved the messages from where they were looked for.
PAGE = (
    _LEADS
    + """
local tag, id, record = KEYS[1], redis.call('HGET', KEYS[1] .. ':aliases', ARGV[1]), false
while id do
  record = redis.call('HGET', tag .. ':threads', id)
  local on = leads_to(record)
  if not on then break end
  id = on
end
if not record then return {false, {}, {}} end
local keys = redis.call('ZRANGE', tag .. ':index:' .. id, ARGV[2], '-', 'BYLEX', 'REV', 'LIMIT', 0, ARGV[3])
local rows = {}
for i, key in ipairs(keys) do rows[i] = redis.call('HGET', tag .. ':messages', string.sub(key, 30)) end
return {record, keys, rows}
"""
)
