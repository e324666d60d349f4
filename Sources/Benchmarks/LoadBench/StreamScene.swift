/// HTTP/2's streams beside h2load.
struct StreamScene {
    let pairs: Pairs
    private static let most = 10

    func show() throws {
        print(
            "\nHTTP/2, \(Pairs.connections) connections, \(Self.most) streams each; \(pairs.count) pairs of "
                + "\(pairs.seconds) s"
        )
        try pairs.show(peer: "h2load") {
            let nginx = try BenchNginx(http2: true)
            let program = try MeasuredProgram(
                [
                    "h2load", "-c", "\(Pairs.connections)", "-m", "\(Self.most)", "-D", "\(pairs.seconds)",
                    "http://127.0.0.1:\(nginx.port)/",
                ],
                processor: 1
            )
            let usage = try program.finish()
            // "finished in 4.00s, 79830.00 req/s, 9.06MB/s"
            let words = usage.output.split { $0 == " " || $0 == "\n" || $0 == "," }
            let rate = words.firstIndex(of: "req/s").flatMap { Double(words[$0 - 1]) } ?? 0
            let cpu = usage.seconds * 100_000 / max(1, rate * Double(pairs.seconds))
            return (
                try pairs.own(nginx.port, .http2, Self.most), Pairs.Run(perSecond: rate, cpu: cpu)
            )
        }
    }
}
