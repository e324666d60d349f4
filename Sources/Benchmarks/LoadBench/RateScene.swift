import Measures
import Recording

/// The greatest rate of a closed loop on one processor, wrk and ours in turn, in the clear or over TLS.
struct RateScene {
    let pairs: Int
    let seconds: Int
    var isSecured = false
    private static let connections = 64

    private struct Run {
        let perSecond: Double
        /// Per 100,000 requests, s.
        let cpu: Double
        let user: Double
        /// Of the server's processor, a share.
        let server: Double
    }

    func show() throws {
        print(
            "\nClosed loop, \(Self.connections) connections\(isSecured ? " over TLS" : ""), nginx returns 2 bytes; "
                + "\(pairs) pairs of \(seconds) s"
        )
        var peers: [Run] = []
        var ours: [Run] = []
        for _ in 0..<pairs {
            let nginx = try BenchNginx(secured: isSecured)
            peers.append(try wrk(nginx))
            ours.append(try own(nginx))
            if let peer = peers.last, let own = ours.last {
                print(
                    "  wrk \(words(peer))\n  own \(words(own))  rate \((own.perSecond / peer.perSecond).fixed(3))"
                )
            }
        }
        let pairs = Array(zip(ours, peers))
        print("  ratios, own / wrk: median (least to greatest)")
        print("    (where the server is busy throughout, it is the server's rate that is seen)")
        let goals = isSecured ? ["0.9", "at most 1", "none"] : ["1.15", "at most 1", "at most 0.5"]
        print(
            "    requests/s        \(Pairs.spread(pairs.map { $0.perSecond / $1.perSecond }))   (goal \(goals[0]))"
        )
        print("    CPU per request   \(Pairs.spread(pairs.map { $0.cpu / $1.cpu }))   (goal \(goals[1]))")
        print("    of it in user     \(Pairs.spread(pairs.map { $0.user / $1.user }))   (goal \(goals[2]))")
    }

    private func wrk(_ nginx: BenchNginx) throws -> Run {
        let before = try nginx.processorTime()
        let program = try MeasuredProgram(
            // The field that ours sends too, for the server's sake.
            [
                "wrk", "-H", "User-Agent: faultline", "-t1", "-c\(Self.connections)", "-d\(seconds)s",
                "\(isSecured ? "https" : "http")://127.0.0.1:\(nginx.port)/",
            ],
            processor: 1
        )
        let usage = try program.finish()
        let rate = usage.value("Requests/sec:") ?? 0
        return run(usage, rate, count: rate * Double(seconds), try nginx.processorTime() - before)
    }

    private func own(_ nginx: BenchNginx) throws -> Run {
        let before = try nginx.processorTime()
        let found = try OwnGenerator.run(
            .init(
                port: nginx.port,
                connections: Self.connections,
                seconds: seconds,
                rate: 0,
                speaks: isSecured ? .https : .http
            )
        )
        let answered = found.exchanges.count { $0.outcome == .answered(status: 200) }
        let last = found.exchanges.map(\.done).max() ?? .zero
        return run(
            found.usage,
            Double(answered) / max(1e-9, last.seconds),
            count: Double(answered),
            try nginx.processorTime() - before
        )
    }

    private func run(_ usage: MeasuredProgram.Usage, _ rate: Double, count: Double, _ server: Double) -> Run {
        let scale = 100_000 / max(1, count)
        return Run(
            perSecond: rate,
            cpu: usage.seconds * scale,
            user: usage.user * scale,
            server: server / Double(seconds)
        )
    }

    private func words(_ run: Run) -> String {
        "\(run.perSecond.fixed(0))/s, CPU \(run.cpu.fixed(3)) s per 100,000 (user \(run.user.fixed(3))), "
            + "server \((run.server * 100).fixed(0)) % busy"
    }
}
