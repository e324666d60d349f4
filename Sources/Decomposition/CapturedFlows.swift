import Packets

/// The TCP data of one host's capture, by connection and way, each in the order of time.
struct CapturedFlows {
    /// One way of one connection.
    struct Way: Hashable {
        let source: SegmentEnd
        let destination: SegmentEnd

        var back: Way { Way(source: destination, destination: source) }
    }

    /// A longer one is no packet of a host; with it the distances below stay clear of going round.
    private static let longest = 1 << 24

    private var numbers: [Way: Int] = [:]
    private var segments: [[SeenSegment]] = []
    private var ways: [Way] = []
    /// By source port and destination port.
    private var byPorts: [UInt32: [Int]] = [:]

    /// With the stamp that the capture has; `date` follows.
    mutating func add(_ segment: Segment, stamp: Int64) {
        guard segment.length > 0, segment.length < Self.longest else { return }
        let way = Way(source: segment.source, destination: segment.destination)
        let number = numbers[way] ?? begin(way)
        segments[number].append(
            SeenSegment(
                local: stamp,
                sequence: segment.sequence,
                length: UInt32(segment.length),
                acknowledgement: segment.acknowledgement
            )
        )
    }

    private mutating func begin(_ way: Way) -> Int {
        let number = segments.count
        numbers[way] = number
        segments.append([])
        ways.append(way)
        byPorts[Self.ports(way.source.port, way.destination.port), default: []].append(number)
        return number
    }

    /// Stamps become local instants; what has none is left out. Once, after the last `add`.
    mutating func date(by clock: WallClock) {
        for number in segments.indices {
            var dated: [SeenSegment] = []
            dated.reserveCapacity(segments[number].count)
            for segment in segments[number] {
                guard let moment = clock.moment(realtime: segment.local) else { continue }
                dated.append(segment)
                dated[dated.count - 1].local = moment.local
            }
            dated.sort { $0.local < $1.local }
            segments[number] = dated
        }
    }

    func ways(sourcePort: UInt16, destinationPort: UInt16) -> [Way] {
        (byPorts[Self.ports(sourcePort, destinationPort)] ?? []).map { ways[$0] }
    }

    func has(_ way: Way) -> Bool { numbers[way] != nil }

    /// What was captured of it between two local instants, both included.
    func segments(of way: Way, from: Int64, to: Int64) -> ArraySlice<SeenSegment> {
        guard from <= to, let number = numbers[way] else { return [] }
        let all = segments[number]
        let start = Self.firstIndex(in: all) { $0.local >= from }
        let end = Self.firstIndex(in: all) { $0.local > to }
        return all[start..<max(start, end)]
    }

    private static func ports(_ source: UInt16, _ destination: UInt16) -> UInt32 {
        UInt32(source) << 16 | UInt32(destination)
    }

    private static func firstIndex(in all: [SeenSegment], _ isBehind: (SeenSegment) -> Bool) -> Int {
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if isBehind(all[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
