/// Outcomes as numbers in a recording. Never reuse a number: old runs are read for ever.
extension Outcome {
    /// 0 to 15: outcomes without an answer, and without a number of their own. From 16 on: 16 + HTTP status. From 2^30 on:
    /// 2^30 + space · 2^26 + the error's number.
    var code: UInt32 {
        switch self {
        case .refused: 0
        case .notConnected: 1
        case .reset: 2
        case .timedOut: 3
        case .malformed: 4
        case .dropped: 5
        case .ok: 6
        case .wrongAnswer: 7
        case .notSecured: 8
        case .notAdmitted: 9
        case .cutOff: 10
        case .answered(let status): 16 + UInt32(status)
        case .error(let error): Self.errors + UInt32(error.space.rawValue) << 26 + error.number
        }
    }

    private static let errors: UInt32 = 1 << 30

    /// nil for a number that no version has written.
    init?(code: UInt64) {
        switch code {
        case 0: self = .refused
        case 1: self = .notConnected
        case 2: self = .reset
        case 3: self = .timedOut
        case 4: self = .malformed
        case 5: self = .dropped
        case 6: self = .ok
        case 7: self = .wrongAnswer
        case 8: self = .notSecured
        case 9: self = .notAdmitted
        case 10: self = .cutOff
        case 16...(16 + UInt64(UInt16.max)): self = .answered(status: UInt16(code - 16))
        case UInt64(Self.errors)...UInt64(UInt32.max):
            let rest = UInt32(code) - Self.errors
            guard let space = UInt8(exactly: rest >> 26).flatMap(AnswerError.Space.init(rawValue:)) else {
                return nil
            }
            self = .error(AnswerError(space, rest % AnswerError.numberLimit))
        default: return nil
        }
    }
}
