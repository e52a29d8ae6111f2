"""The embedded broker's moves, each one Lua script, so that a crash leaves a delivery in exactly one place.

A queue is a stream with the fields `b` (body) and `h` (headers); a dead letter has `q` (queue), `r` (reason), `n`
(attempts) and `t` (time) too. The hash `sizes` counts the bytes of each stream.
"""

_MOVES = """
local function add(sizes, stream, size, ...)
  redis.call('XADD', stream, '*', ...)
  redis.call('HINCRBY', sizes, stream, size)
end
local function size_of(sizes, stream)
  return tonumber(redis.call('HGET', sizes, stream) or 0)
end
local function remove(sizes, stream, group, id, size)
  if group then redis.call('XACK', stream, group, id) end
  if redis.call('XDEL', stream, id) == 0 then return false end
  redis.call('HINCRBY', sizes, stream, -size)
  return true
end
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function fields_size(fields)
  return #fields[2] + #fields[4] + OVERHEAD
end
local function bury(sizes, dead, bytes_max, queue, reason, attempts, body, headers)
  add(sizes, dead, #body + #headers + OVERHEAD, 'b', body, 'h', headers, 'q', queue, 'r', reason, 'n', attempts,
    't', string.format('%.0f', now_ms()))
  while size_of(sizes, dead) > bytes_max do
    local oldest = redis.call('XRANGE', dead, '-', '+', 'COUNT', 1)[1]
    if not oldest then break end
    remove(sizes, dead, nil, oldest[1], fields_size(oldest[2]))
  end
end
"""

# What an entry costs beside its body and headers, so that the byte limit bounds a flood of empty ones too.
OVERHEAD_BYTES = 128


def _script(body: str) -> str:
    return (_MOVES + body).replace("OVERHEAD", str(OVERHEAD_BYTES))


# KEYS: sizes, stream...   ARGV: body, headers, size, bytes_max...   -> how many streams have refused it
PUBLISH = _script("""
for i = 2, #KEYS do
  if size_of(KEYS[1], KEYS[i]) + ARGV[3] > tonumber(ARGV[i + 2]) then return 1 end
end
for i = 2, #KEYS do add(KEYS[1], KEYS[i], ARGV[3], 'b', ARGV[1], 'h', ARGV[2]) end
return 0
""")

# KEYS: sizes, stream   ARGV: group, id, size, id, size...
ACKNOWLEDGE = _script("""
for i = 2, #ARGV, 2 do remove(KEYS[1], KEYS[2], ARGV[1], ARGV[i], ARGV[i + 1]) end
return 0
""")

# KEYS: sizes, stream, wait, due   ARGV: group, id (empty: of a delivery that stays), size, body, headers, after_ms,
# bytes_max
# -> 1 done, 0 refused (the waits are full), -1 somebody else has settled it
WAIT = _script("""
local size = #ARGV[4] + #ARGV[5] + OVERHEAD
if size_of(KEYS[1], KEYS[3]) + size > tonumber(ARGV[7]) then return 0 end
if ARGV[2] ~= '' and not remove(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3]) then return -1 end
local id = redis.call('XADD', KEYS[3], '*', 'b', ARGV[4], 'h', ARGV[5])
redis.call('HINCRBY', KEYS[1], KEYS[3], size)
redis.call('ZADD', KEYS[4], now_ms() + ARGV[6], id)
return 1
""")

# KEYS: sizes, stream, wait, due   ARGV: count_max, bytes_max   -> milliseconds until the next is due, -1 for none
GIVE_BACK_DUE = _script("""
local now = now_ms()
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local entry = redis.call('XRANGE', KEYS[3], id, id)[1]
  if entry then
    local size = fields_size(entry[2])
    if size_of(KEYS[1], KEYS[2]) + size > tonumber(ARGV[2]) then return 1000 end
    add(KEYS[1], KEYS[2], size, unpack(entry[2]))
    remove(KEYS[1], KEYS[3], nil, id, size)
  end
  redis.call('ZREM', KEYS[4], id)
end
local next = redis.call('ZRANGE', KEYS[4], 0, 0, 'WITHSCORES')
if not next[2] then return -1 end
return math.max(0, next[2] - now)
""")

# KEYS: sizes, dead[, stream]   ARGV: bytes_max, queue, reason, attempts, body, headers[, group, id, size]
BURY = _script("""
if KEYS[3] and not remove(KEYS[1], KEYS[3], ARGV[7], ARGV[8], ARGV[9]) then return -1 end
bury(KEYS[1], KEYS[2], tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6])
return 1
""")

# "nobody" has no connection, so what it holds is taken over by whoever looks next.
# KEYS: stream   ARGV: group, id, deliveries, id, deliveries...
GIVE_BACK = """
for i = 2, #ARGV, 2 do
  redis.call('XCLAIM', KEYS[1], ARGV[1], 'nobody', 0, ARGV[i], 'RETRYCOUNT', ARGV[i + 1], 'JUSTID')
end
return 0
"""

# Takes over what consumers that are gone had in hand; what was delivered too often becomes a dead letter.
# KEYS: sizes, stream, dead   ARGV: group, me, count_max, delivery_limit, dead_bytes_max, queue, gone...
# -> {id, attempt, fields}...
TAKE_OVER = _script("""
local taken = {}
for i = 7, #ARGV do
  local room = ARGV[3] - #taken
  if room <= 0 then break end
  local pending = redis.call('XPENDING', KEYS[2], ARGV[1], '-', '+', room, ARGV[i])
  for _, one in ipairs(pending) do
    local id, times = one[1], one[4]
    local entry = redis.call('XRANGE', KEYS[2], id, id)[1]
    if not entry then
      redis.call('XACK', KEYS[2], ARGV[1], id)
    elseif times > tonumber(ARGV[4]) then
      remove(KEYS[1], KEYS[2], ARGV[1], id, fields_size(entry[2]))
      bury(KEYS[1], KEYS[3], tonumber(ARGV[5]), ARGV[6], 'delivery_limit', times, entry[2][2], entry[2][4])
    else
      redis.call('XCLAIM', KEYS[2], ARGV[1], ARGV[2], 0, id)
      taken[#taken + 1] = {id, times + 1, entry[2]}
    end
  end
  if #pending < room then redis.call('XGROUP', 'DELCONSUMER', KEYS[2], ARGV[1], ARGV[i]) end
end
return taken
""")

# KEYS: sizes, dead[, target]   ARGV: count_max, bytes_max, from, to
# -> how many were moved (or, without a target, dropped)
MOVE_DEAD = _script("""
local moved = 0
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], ARGV[3], ARGV[4], 'COUNT', ARGV[1])) do
  local fields = entry[2]
  local size = fields_size(fields)
  if KEYS[3] then
    if size_of(KEYS[1], KEYS[3]) + size > tonumber(ARGV[2]) then break end
    add(KEYS[1], KEYS[3], size, 'b', fields[2], 'h', fields[4])
  end
  remove(KEYS[1], KEYS[2], nil, entry[1], size)
  moved = moved + 1
end
return moved
""")

# KEYS: stream   ARGV: group
JOIN = """
redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
return 0
"""


def entry_size(body: bytes, headers: bytes) -> int:
    """What an entry counts against the limit of its stream."""
    return len(body) + len(headers) + OVERHEAD_BYTES
