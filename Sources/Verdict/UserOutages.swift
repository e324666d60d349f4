import Measures
import Plan
import Timeline

/// How long the users of a sample were without service, slice by slice.
struct UserOutages {
    /// Hosts that send; users are taken to be these (`SendingUsers`).
    let hosts: [String]
    /// Each host is one user for each load that it sends.
    let users: Int
    /// Of each slice with users seen: the share of their time that they were without service, 0 to 1.
    let downShares: [Double]
    let sliceLength: Duration
    /// User-seconds.
    let up: Double
    let seen: Double

    /// Slices are cut as `Sample.slices` cuts them. What is left over at a stretch's end, and the requests outside all whole
    /// seconds, are a slice of their own if they hold a failure: none may be lost between slices.
    init(_ sample: Sample, loads: [LoadTimeline], slice length: Duration) {
        let users = loads.map(SendingUsers.init)
        let width = max(1, length.secondsUp)
        var downShares: [Double] = []
        var total = (up: 0.0, seen: 0.0)
        var rest = (due: sample.due, bad: sample.bad)
        for stretch in sample.stretches {
            for first in stride(from: 0, to: stretch.count, by: width) {
                let group = stretch[first..<min(first + width, stretch.count)]
                guard let start = group.first?.start, let last = group.last?.start else { continue }
                rest.due -= group.reduce(0) { $0 + $1.due }
                rest.bad -= group.reduce(0) { $0 + $1.due - $1.good }
                let parts = users.map { $0.uptime(from: start, to: last + .seconds(1)).totals }
                let seen = parts.reduce(0) { $0 + $1.seen }
                let up = min(seen, parts.reduce(0) { $0 + $1.up })
                guard seen > 0, group.count == width || up < seen else { continue }
                downShares.append(Self.share(down: seen - up, of: seen))
                total = (total.up + up, total.seen + seen)
            }
        }
        if rest.bad > 0 { downShares.append(Self.share(down: Double(rest.bad), of: Double(rest.due))) }
        hosts = users.flatMap(\.names).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        self.users = users.reduce(0) { $0 + $1.names.count }
        self.downShares = downShares
        sliceLength = .seconds(width)
        (up, seen) = total
    }

    private static func share(down: Double, of seen: Double) -> Double {
        seen > 0 ? min(1, max(0, down / seen)) : 1
    }

    /// "2 users: the hosts web-1, web-2"
    var words: String {
        let named = hosts.prefix(5).joined(separator: ", ")
        let more = hosts.count > 5 ? " and \(hosts.count - 5) more" : ""
        let each = users > hosts.count ? ", each once for every load that it sends" : ""
        return "\(Words.plural(users, "user")): the host\(hosts.count == 1 ? "" : "s") \(named)\(more)\(each)"
    }
}
