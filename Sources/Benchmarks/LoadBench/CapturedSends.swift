import Glibc
import LinuxSystem
import Packets

/// When the segments with data of a capture were sent: the first copy of each, nanoseconds of its clock.
struct CapturedSends {
    private let bySource: [SegmentEnd: [Int64]]

    /// The file is gone afterwards. Errors: it is no capture.
    init(taking path: String) throws {
        defer { unlink(path) }
        guard var capture = CaptureFile(try FileContents.read(path, limit: 1 << 30)) else {
            throw SystemError("measure", refused: "\(path) is no capture")
        }
        struct Byte: Hashable {
            let source: SegmentEnd
            let sequence: UInt32
        }
        var seen: Set<Byte> = []
        var found: [SegmentEnd: [Int64]] = [:]
        while let record = capture.next() {
            guard let segment = capture.segment(record), segment.length > 0 else { continue }
            if seen.insert(Byte(source: segment.source, sequence: segment.sequence)).inserted {
                found[segment.source, default: []].append(record.stamp)
            }
        }
        bySource = found.mapValues { $0.sorted() }
    }

    /// In order.
    var all: [Int64] { bySource.values.flatMap { $0 }.sorted() }

    /// Against a schedule of each connection's own, with this distance, that its least late send began.
    func lateness(interval: Int64) -> [Int64] {
        bySource.values.flatMap { stamps -> [Int64] in
            let offsets = stamps.enumerated().map { $0.element - Int64($0.offset) * interval }
            guard let least = offsets.min() else { return [] }
            return offsets.map { $0 - least }
        }
    }
}
