/// Outcomes as numbers in a recording. Never reuse a number: old runs are read for ever.
extension Outcome {
    /// 0 to 15 are reserved for outcomes without an answer; from 16 on it is 16 + HTTP status.
    var code: UInt32 {
        switch self {
        case .refused: 0
        case .notConnected: 1
        case .reset: 2
        case .timedOut: 3
        case .malformed: 4
        case .dropped: 5
        case .answered(let status): 16 + UInt32(status)
        }
    }

    /// nil for a number that no version has written.
    init?(code: UInt64) {
        switch code {
        case 0: self = .refused
        case 1: self = .notConnected
        case 2: self = .reset
        case 3: self = .timedOut
        case 4: self = .malformed
        case 5: self = .dropped
        case 16...(16 + UInt64(UInt16.max)): self = .answered(status: UInt16(code - 16))
        default: return nil
        }
    }
}
