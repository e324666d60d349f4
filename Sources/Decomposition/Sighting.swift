/// Where the packets of one exchange were seen: c on the client's own clock, s on the server's (see `Part`). Nanoseconds of
/// CLOCK_MONOTONIC.
struct Sighting: Equatable {
    /// First copy of the request's last byte: it left the client, it reached the server.
    var requestLeft: Int64
    var requestArrived: Int64
    /// First copy of the answer's first byte.
    var answerLeft: Int64
    var answerArrived: Int64
    /// The last byte of the answer to come.
    var answerComplete: Int64
}

/// What the client's capture has of one exchange.
struct ClientSighting {
    let way: CapturedFlows.Way
    let requestLeft: Int64
    let answerArrived: Int64
    let answerComplete: Int64
    /// Sequence numbers of the request's last byte and of the answer's first.
    let lastByte: UInt32
    let firstByte: UInt32
}

extension CapturedFlows {
    /// With one request in flight on a connection, the request is what the client sent of new bytes between its first write
    /// and the outcome, and the answer what came in that time and acknowledges all of it.
    func client(_ way: Way, from sent: Int64, to done: Int64) -> ClientSighting? {
        let out = segments(of: way, from: sent, to: done)
        guard let first = out.first else { return nil }
        // A late copy of an earlier request's segment lies before: the greatest distance is the request's end.
        let furthest = out.max {
            Self.distance($0.end, first.sequence) < Self.distance($1.end, first.sequence)
        }
        guard let end = furthest?.end, let left = out.first(where: { $0.holds(end &- 1) }) else { return nil }
        let back = segments(of: way.back, from: left.local, to: done).filter {
            Self.distance($0.acknowledgement, end) >= 0
        }
        guard let reference = back.first?.sequence,
            let begin = back.min(by: {
                Self.distance($0.sequence, reference) < Self.distance($1.sequence, reference)
            })
        else { return nil }
        guard let arrived = back.first(where: { $0.holds(begin.sequence) }) else { return nil }
        var covered = CoveredBytes()
        var complete = arrived.local
        for segment in back {
            let start = segment.sequence &- begin.sequence
            let (stop, goesRound) = start.addingReportingOverflow(segment.length)
            guard !goesRound else { continue }
            if covered.add(start..<stop) { complete = segment.local }
        }
        return ClientSighting(
            way: way,
            requestLeft: left.local,
            answerArrived: arrived.local,
            answerComplete: complete,
            lastByte: end &- 1,
            firstByte: begin.sequence
        )
    }

    /// When the server's host had the request's last byte, and when the answer's first one left it; each its first copy
    /// between two local instants.
    func server(_ seen: ClientSighting, from: Int64, to: Int64) -> (arrived: Int64, left: Int64)? {
        let requests = segments(of: seen.way, from: from, to: to)
        guard let arrived = requests.first(where: { $0.holds(seen.lastByte) }) else { return nil }
        let answers = segments(of: seen.way.back, from: arrived.local, to: to)
        guard let left = answers.first(where: { $0.holds(seen.firstByte) }) else { return nil }
        return (arrived.local, left.local)
    }

    /// Positive: the first one is behind the other.
    private static func distance(_ one: UInt32, _ other: UInt32) -> Int32 {
        Int32(bitPattern: one &- other)
    }
}
