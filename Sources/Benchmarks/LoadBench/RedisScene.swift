/// Redis, one command after the other on a connection or many in a pipeline, beside redis-benchmark.
struct RedisScene {
    let pairs: Pairs
    /// Commands under way on a connection.
    let underWay: Int

    func show() throws {
        print("\nRedis, \(Pairs.connections) connections, \(underWay) at once on each; \(pairs.count) pairs")
        try pairs.show(peer: "redis-benchmark") {
            let redis = try BenchRedis()
            let own = try pairs.own(redis.port, .redis, underWay)
            // It knows no duration: as many as ours got.
            let count = max(1, Int(own.perSecond) * pairs.seconds)
            let program = try MeasuredProgram(
                [
                    "redis-benchmark", "-p", "\(redis.port)", "-c", "\(Pairs.connections)", "-P",
                    "\(underWay)",
                    "-n", "\(count)", "--csv", "GET", "x",
                ],
                processor: 1
            )
            let usage = try program.finish()
            let line = usage.output.split(separator: "\n").last ?? ""
            let fields = line.split(separator: ",").map { $0.filter { $0 != "\"" } }
            let rate = fields.count > 1 ? Double(fields[1]) ?? 0 : 0
            return (own, Pairs.Run(perSecond: rate, cpu: usage.seconds * 100_000 / Double(count)))
        }
    }
}
