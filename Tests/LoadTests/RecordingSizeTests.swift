import LinuxSystem
import Load
import Recording
import Testing

/// What the raw recording of a real run takes, block heads and checksums included.
@Suite(.serialized, .enabled(if: LoadNginx.isInstalled, "nginx is missing: apt-get install nginx-light"))
struct RecordingSizeTests {
    @Test(
        "a recorded exchange of steady traffic takes at most 8 bytes on average",
        arguments: [500, 2_000, 5_000]
    )
    func perExchange(_ rate: Int) async throws {
        let nginx = try LoadNginx()
        let arrivals = LoadBench.steady(rate, count: 4 * rate)
        let result = try await LoadBench(port: nginx.port).run(arrivals)
        #expect(result.exchanges.outcomes == [.answered(status: 200): 4 * rate])
        let bytes = result.batches.reduce(0) { $0 + $1.block.count }
        let each = Double(bytes) / Double(4 * rate)
        print(
            "recording at \(rate)/s: \(each) bytes an exchange, \(bytes) in \(result.batches.count) batches"
        )
        #expect(each <= 8, "\(each) bytes an exchange at \(rate)/s: \(bytes) for \(4 * rate)")
    }
}
