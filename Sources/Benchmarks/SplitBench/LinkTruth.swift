import Capture
import Glibc
import LinuxSystem
import Packets

/// What the links did in truth: captures of both interfaces of the router, whose stamps are one clock's.
struct LinkTruth {
    private struct Byte: Hashable {
        let source: SegmentEnd
        let sequence: UInt32
    }

    /// Towards the client and towards the server.
    private let captures: [PacketCapture]
    private let paths: [String]

    init(_ router: NetworkNamespace) throws {
        let interfaces = ["r0", "r1"]
        let paths = interfaces.map { "/tmp/fl-bench-\(getpid())-\($0).pcap" }
        self.paths = paths
        captures = try router.inside {
            try zip(interfaces, paths).map { interface, path in
                try PacketCapture(
                    interface: interface,
                    filter: "tcp port \(ThinkingServer.port)",
                    file: path,
                    fileBytes: 64 << 20
                )
            }
        }
    }

    /// Median time from one interface to the other, nanoseconds, of requests and of answers.
    func finish() throws -> (out: Int64, back: Int64) {
        for capture in captures { capture.stop() }
        let seen = try paths.map { try stamps($0) }
        let spans = seen[0].compactMap { byte, stamp -> (isRequest: Bool, span: Int64)? in
            seen[1][byte].map { (byte.source.port != ThinkingServer.port, abs($0 - stamp)) }
        }
        let median = { (isRequest: Bool) -> Int64 in
            let sorted = spans.filter { $0.isRequest == isRequest }.map(\.span).sorted()
            return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        }
        return (median(true), median(false))
    }

    /// First copies of segments with data.
    private func stamps(_ path: String) throws -> [Byte: Int64] {
        let file = String(path.dropLast(5) + ".1.pcap")
        defer { unlink(file) }
        guard var capture = CaptureFile(try FileContents.read(file)) else {
            throw SystemError("measure", refused: "\(file) is no capture")
        }
        var stamps: [Byte: Int64] = [:]
        while let record = capture.next() {
            guard let segment = capture.segment(record), segment.length > 0 else { continue }
            let byte = Byte(source: segment.source, sequence: segment.sequence)
            if stamps[byte] == nil { stamps[byte] = record.stamp }
        }
        return stamps
    }
}
