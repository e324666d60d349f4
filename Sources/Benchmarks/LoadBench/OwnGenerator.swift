import Glibc
import LinuxSystem
import Recording

/// One run of our generator, on processor 1, with its recording.
struct OwnGenerator {
    let usage: MeasuredProgram.Usage
    /// By due time.
    let exchanges: [Exchange]

    struct Order {
        let port: UInt16
        let connections: Int
        let seconds: Int
        /// 0: closed.
        let rate: Int
        var speaks = Speech.http
        /// Requests that a connection carries at once.
        var underWay = 1
    }

    /// `meanwhile` runs beside it.
    static func run(_ order: Order, meanwhile: () throws -> Void = {}) throws -> OwnGenerator {
        let path = "/tmp/fl-bench-\(getpid())-recording"
        defer { unlink(path) }
        let program = try MeasuredProgram(
            [
                CommandLine.arguments[0], "generate", "\(order.port)", "\(order.connections)",
                "\(order.seconds)", "\(order.rate)", path, order.speaks.rawValue, "\(order.underWay)",
            ],
            processor: 1
        )
        try meanwhile()
        let usage = try program.finish()
        let read = ExchangeReader.readAll(try FileContents.read(path, limit: 1 << 30))
        guard read.leftover == 0 else { throw SystemError("read the recording", refused: "damaged") }
        let exchanges = read.blocks.flatMap(\.exchanges).sorted { $0.intended < $1.intended }
        guard usage.value("completed") == Double(exchanges.count),
            usage.value("offered") == Double(exchanges.count)
        else { throw SystemError("account for every request", refused: usage.output) }
        return OwnGenerator(usage: usage, exchanges: exchanges)
    }
}
