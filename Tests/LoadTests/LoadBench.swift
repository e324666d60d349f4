import LinuxSystem
import Measures
import Plan
import Recording
import Schedule
import Synchronization

@testable import Load

/// Runs a load against a port on the loopback and gathers what it records.
struct LoadBench {
    var port: UInt16
    var method = "GET"
    var path = "/hello.txt"
    var body = ""
    var headers: [String: String] = [:]
    var timeout = Duration.seconds(5)
    var connections = 50
    var marksPackets = false
    /// Of another protocol than HTTP/1.1; its time-out is its own.
    var request: RequestPlan?
    var tls: TLSPlan?
    var checks: [AnswerCheck] = []
    var reuse: Int?
    var retries = 0
    var data: [DataRows] = []
    /// The part of the load that is sent; arrivals are its own.
    var share = LoadShare.whole
    /// Whose loopback; nil: the test's own.
    var namespace: NetworkNamespace?

    struct Result {
        /// By intended start.
        let exchanges: [Exchange]
        let batches: [LoadBatch]
        let summary: LoadSummary
    }

    /// - Parameter meanwhile: runs beside the load; gets the axis' zero in CLOCK_MONOTONIC and the run.
    func run(
        _ arrivals: some Sequence<Instant> & Sendable,
        meanwhile: @Sendable @escaping (Int64, LoadRun) -> Void = { _, _ in }
    ) async throws -> Result {
        // As in an agent, where the type of the arrivals is known.
        if let schedule = arrivals as? ArrivalSequence {
            return try await run(from: .schedule(schedule), meanwhile: meanwhile)
        }
        return try await run(from: .list(arrivals), meanwhile: meanwhile)
    }

    func run(
        from source: ArrivalSource,
        meanwhile: @Sendable @escaping (Int64, LoadRun) -> Void = { _, _ in }
    ) async throws -> Result {
        let zero = Clocks.monotonic() + 50_000_000
        let batches = LoadBatches()
        let address = try HostAddress.resolve(request?.host ?? "127.0.0.1", port: port)
        let sink: @Sendable (LoadBatch) async -> Void = { batches.append($0) }
        let run = try LoadRun(
            plan: plan(),
            index: 3,
            address: address,
            arrivals: source,
            axisZero: zero,
            marksPackets: marksPackets,
            sink: sink
        )
        if let namespace { try namespace.inside { try run.start() } } else { try run.start() }
        await withCheckedContinuation { continuation in
            let thread = try? PinnedThread(name: "meanwhile") {
                meanwhile(zero, run)
                continuation.resume()
            }
            if thread == nil { continuation.resume() }
        }
        guard let summary = await run.finished else { throw LoadTestFailure(reason: "the run never started") }
        let blocks = batches.all.flatMap(\.block)
        let read = ExchangeReader.readAll(blocks)
        guard read.leftover == 0, read.blocks.allSatisfy({ $0.load == 3 }) else {
            throw LoadTestFailure(reason: "the recording cannot be read: \(read.damage ?? "wrong load")")
        }
        let exchanges = read.blocks.flatMap(\.exchanges).sorted { $0.intended < $1.intended }
        return Result(exchanges: exchanges, batches: batches.all, summary: summary)
    }

    /// `count` arrivals, the k-th at k / perSecond.
    static func steady(_ perSecond: Int, count: Int) -> [Instant] {
        (0..<count).map { Instant(nanoseconds: Int64($0) * 1_000_000_000 / Int64(perSecond)) }
    }

    private func plan() -> LoadPlan {
        LoadPlan(
            name: "browse",
            senders: LoadSenders("client"),
            share: share,
            request: request
                ?? .http(
                    HTTPRequestPlan(
                        method: method,
                        address: HTTPAddress(host: "127.0.0.1", port: port, path: path, isSecure: tls != nil),
                        headers: headers.sorted { $0.key < $1.key }.map {
                            HTTPField(name: $0.key, value: $0.value)
                        },
                        body: body,
                        timeout: timeout,
                        tls: tls
                    )
                ),
            arrivals: .constant(perSecond: 1),
            good: GoodCriterion(statuses: 200...399, within: nil, checks: checks),
            connections: connections,
            reuse: reuse,
            retries: retries,
            data: data
        )
    }
}

final class LoadBatches: Sendable {
    private let batches = Mutex<[LoadBatch]>([])
    var all: [LoadBatch] { batches.withLock { $0 } }
    func append(_ batch: LoadBatch) { batches.withLock { $0.append(batch) } }
}

extension [Exchange] {
    /// Nearest rank, of response times in seconds; a request without an answer is infinite.
    func responseSeconds(atQuantile quantile: Double) -> Double {
        let sorted = map { $0.outcome.certainty == .answered ? $0.responseTime.seconds : .infinity }.sorted()
        return sorted[Swift.max(0, Int((quantile * Double(count)).rounded(.up)) - 1)]
    }

    var outcomes: [Outcome: Int] { reduce(into: [:]) { $0[$1.outcome, default: 0] += 1 } }
}
