/// PostgreSQL, `SELECT 1` prepared once a connection, beside pgbench.
struct PostgresScene {
    let pairs: Pairs

    func show() throws {
        print(
            "\nPostgreSQL, \(Pairs.connections) connections, SELECT 1 prepared; \(pairs.count) pairs of "
                + "\(pairs.seconds) s"
        )
        let postgres = try BenchPostgres()
        try pairs.show(peer: "pgbench") {
            let program = try MeasuredProgram(
                [
                    "\(BenchPostgres.programs)/pgbench", "-n", "-M", "prepared", "-f", postgres.query, "-c",
                    "\(Pairs.connections)", "-j", "1", "-T", "\(pairs.seconds)", "-h", "127.0.0.1", "-p",
                    "\(postgres.port)", "-U", "postgres", "postgres",
                ],
                processor: 1
            )
            let usage = try program.finish()
            // "tps = 15500.1 (without initial connection time)"
            let line = usage.output.split(separator: "\n").first { $0.hasPrefix("tps = ") } ?? ""
            let words = line.split(separator: " ")
            let rate = words.count > 2 ? Double(words[2]) ?? 0 : 0
            let cpu = usage.seconds * 100_000 / max(1, rate * Double(pairs.seconds))
            return (try pairs.own(postgres.port, .postgres), Pairs.Run(perSecond: rate, cpu: cpu))
        }
    }
}
