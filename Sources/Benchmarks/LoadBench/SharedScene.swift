import Measures
import Recording

/// Several requests at once on a connection, each peer and ours in turn: Redis in a pipeline beside redis-benchmark, HTTP/2's
/// streams beside h2load.
struct SharedScene {
    let pairs: Int
    let seconds: Int
    private static let connections = 64

    private struct Run {
        let perSecond: Double
        /// Per 100,000 requests, s.
        let cpu: Double
    }

    func showPipeline() throws {
        let most = 16
        print("\nRedis, \(Self.connections) connections, \(most) commands in a pipeline; \(pairs) pairs")
        try show(peer: "redis-benchmark") {
            let redis = try BenchRedis()
            let own = try self.own(redis.port, .redis, most)
            // It knows no duration: as many as ours got.
            let count = Int(own.perSecond) * seconds
            let program = try MeasuredProgram(
                [
                    "redis-benchmark", "-p", "\(redis.port)", "-c", "\(Self.connections)", "-P", "\(most)",
                    "-n",
                    "\(max(1, count))", "--csv", "GET", "x",
                ],
                processor: 1
            )
            let usage = try program.finish()
            let line = usage.output.split(separator: "\n").last ?? ""
            let fields = line.split(separator: ",").map { $0.filter { $0 != "\"" } }
            let rate = fields.count > 1 ? Double(fields[1]) ?? 0 : 0
            return (own, Run(perSecond: rate, cpu: usage.seconds * 100_000 / Double(max(1, count))))
        }
    }

    func showStreams() throws {
        let most = 10
        print(
            "\nHTTP/2, \(Self.connections) connections, \(most) streams each; \(pairs) pairs of \(seconds) s"
        )
        try show(peer: "h2load") {
            let nginx = try BenchNginx(http2: true)
            let program = try MeasuredProgram(
                [
                    "h2load", "-c", "\(Self.connections)", "-m", "\(most)", "-D", "\(seconds)",
                    "http://127.0.0.1:\(nginx.port)/",
                ],
                processor: 1
            )
            let usage = try program.finish()
            // "finished in 4.00s, 79830.00 req/s, 9.06MB/s"
            let words = usage.output.split { $0 == " " || $0 == "\n" || $0 == "," }
            let rate = words.firstIndex(of: "req/s").flatMap { Double(words[$0 - 1]) } ?? 0
            let cpu = usage.seconds * 100_000 / max(1, rate * Double(seconds))
            return (try own(nginx.port, .http2, most), Run(perSecond: rate, cpu: cpu))
        }
    }

    private func show(peer: String, _ pair: () throws -> (own: Run, peer: Run)) throws {
        var ratios: [(rate: Double, cpu: Double)] = []
        for _ in 0..<pairs {
            let (own, other) = try pair()
            ratios.append((own.perSecond / max(1, other.perSecond), own.cpu / max(1e-9, other.cpu)))
            print(
                "  \(peer) \(words(other))\n  own \(words(own))  rate \((own.perSecond / max(1, other.perSecond)).fixed(3))"
            )
        }
        print("  ratios, own / \(peer): median (least to greatest)")
        print("    requests/s        \(spread(ratios.map(\.rate)))   (goal 0.9)")
        print("    CPU per request   \(spread(ratios.map(\.cpu)))")
    }

    private func own(_ port: UInt16, _ speaks: Speech, _ underWay: Int) throws -> Run {
        let found = try OwnGenerator.run(
            .init(
                port: port,
                connections: Self.connections,
                seconds: seconds,
                rate: 0,
                speaks: speaks,
                underWay: underWay
            )
        )
        let answered = Double(found.exchanges.count { $0.outcome.certainty == .answered })
        let last = found.exchanges.map(\.done).max() ?? .zero
        return Run(
            perSecond: answered / max(1e-9, last.seconds),
            cpu: found.usage.seconds * 100_000 / max(1, answered)
        )
    }

    private func words(_ run: Run) -> String {
        "\(run.perSecond.fixed(0))/s, CPU \(run.cpu.fixed(3)) s per 100,000"
    }

    private func spread(_ values: [Double]) -> String {
        let sorted = values.sorted()
        guard let least = sorted.first, let greatest = sorted.last else { return "-" }
        return "\(sorted[sorted.count / 2].fixed(3)) (\(least.fixed(3)) to \(greatest.fixed(3)))"
    }
}
