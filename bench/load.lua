-- Requests for wrk: `wrk -s load.lua URL -- PARTS PERIOD START`.
--
-- PARTS is a Lua file that returns { head = text, columns = { { field, field, ... }, ... }, tail = text }. The columns have
-- lengths without a common divisor, so that counting through all of them at once meets every combination before one repeats.
-- PERIOD says after how many requests it begins anew. (wrk takes no notice of its own -H where requests are made here.)

local head, tail, columns, period, count

function init(args)
  local parts = dofile(args[1])
  head, tail, columns = parts.head, parts.tail, parts.columns
  period, count = tonumber(args[2]), tonumber(args[3])
end

function request()
  local n = count % period
  count = count + 1
  local a, b, c, d = columns[1], columns[2], columns[3], columns[4]
  return head .. a[n % #a + 1] .. b[n % #b + 1] .. c[n % #c + 1] .. d[n % #d + 1] .. tail
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  io.write(string.format("isogloss %d %d %d %d %d\n", summary.requests, summary.duration, failed,
    latency:percentile(50), latency:percentile(99)))
end
