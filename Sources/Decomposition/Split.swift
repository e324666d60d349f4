/// One exchange's parts, with the bound of each. Nanoseconds; a part may come out below zero, by no more than its bound.
struct Split: Equatable {
    private(set) var lengths: [Int64] = Array(repeating: 0, count: Part.allCases.count)
    private(set) var bounds: [Int64] = Array(repeating: 0, count: Part.allCases.count)

    subscript(part: Part) -> Int64 { lengths[part.rawValue] }
    func bound(_ part: Part) -> Int64 { bounds[part.rawValue] }

    /// Its end less its intended start.
    var total: Int64 { lengths.reduce(0, +) }

    /// What the generator stamped, on the client's clock.
    struct Stamps: Equatable {
        var intended: Int64
        var sent: Int64
        var written: Int64
        var done: Int64
    }

    /// Half-widths of the captures' stamps on each host.
    struct StampBounds {
        var client: Int64
        var server: Int64
    }

    /// Limits of client − server when the request left and when the answer arrived.
    struct Deltas: Equatable {
        var out: ClosedRange<Int64>
        var back: ClosedRange<Int64>
    }

    init(_ stamps: Stamps, _ seen: Sighting, _ deltas: Deltas, _ stampBounds: StampBounds) {
        let (out, back) = (Middle(deltas.out), Middle(deltas.back))
        let path = stampBounds.client + stampBounds.server
        let isHeld = seen.requestLeft > stamps.written
        set(.lateSend, stamps.sent - stamps.intended, 0)
        set(.client, min(stamps.written, seen.requestLeft) - stamps.sent, isHeld ? 0 : stampBounds.client)
        set(.clientQueue, max(0, seen.requestLeft - stamps.written), isHeld ? stampBounds.client : 0)
        set(.networkOut, seen.requestArrived + out.value - seen.requestLeft, out.half + path)
        // In the client's seconds: the server's are longer or shorter by ρ_max at most, and no more than both offsets allow.
        let shift = back.value - out.value
        let server = seen.answerLeft - seen.requestArrived + shift
        let drift = min(abs(shift) + PairClock.growth(over: server), out.half + back.half)
        set(.server, server, 2 * stampBounds.server + drift)
        set(.networkBack, seen.answerArrived - seen.answerLeft - back.value, back.half + path)
        let rest = seen.answerComplete - seen.answerArrived
        set(.restOfAnswer, rest, rest == 0 ? 0 : 2 * stampBounds.client)
        set(.clientAgain, stamps.done - seen.answerComplete, stampBounds.client)
    }

    private mutating func set(_ part: Part, _ length: Int64, _ bound: Int64) {
        lengths[part.rawValue] = length
        bounds[part.rawValue] = bound
    }
}

private struct Middle {
    let value: Int64
    let half: Int64

    init(_ limits: ClosedRange<Int64>) {
        value = limits.lowerBound + (limits.upperBound - limits.lowerBound) / 2
        half = limits.upperBound - value
    }
}
