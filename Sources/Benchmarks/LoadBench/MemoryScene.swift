import Measures

/// What is resident after many requests.
enum MemoryScene {
    static func show() throws {
        print("\nResident memory, 64 connections, closed loop")
        print("  (goal under 24 MiB after 10,000,000)")
        let nginx = try BenchNginx()
        for seconds in [3, 100] {
            let found = try OwnGenerator.run(
                .init(port: nginx.port, connections: 64, seconds: seconds, rate: 0)
            )
            let count = max(1, found.exchanges.count)
            let allocations = found.usage.value("allocations") ?? 0
            print(
                "  peak \(((found.usage.value("peak") ?? 0) / 1024).fixed(1)) MiB after \(count) requests, "
                    + "\((allocations / Double(count)).fixed(4)) allocations a request, the writer's included"
            )
        }
    }
}
