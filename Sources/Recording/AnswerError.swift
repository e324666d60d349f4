import Measures

/// An error that a server answered with, as its protocol numbers it.
package struct AnswerError: Sendable, Equatable, Hashable {
    package enum Space: UInt8, Sendable, CaseIterable {
        /// An error reply; 0.
        case redis = 0
        /// An SQLSTATE, its five characters read as a number to base 36.
        case sql = 1
        /// A gRPC status other than OK.
        case grpc = 2
        /// A DNS response code other than NOERROR (RFC 1035, 4.1.1; RFC 6895).
        case dns = 3
        /// An ICMP error: type · 256 + code.
        case icmp = 4
        /// An answer of gRPC's health service other than SERVING (grpc.health.v1, ServingStatus).
        case health = 5
        /// A check of the content that failed: its place in the load's list, from 0. The last space there can be, so that
        /// protocols count on from below.
        case check = 47
    }

    package let space: Space
    /// Below 2^26.
    package let number: UInt32

    package static let numberLimit: UInt32 = 1 << 26

    /// A number that is too large becomes the largest.
    package init(_ space: Space, _ number: UInt32) {
        self.space = space
        self.number = min(number, Self.numberLimit - 1)
    }

    /// Short and stable: "redis error", "SQLSTATE 57P01", "gRPC 14 UNAVAILABLE", "DNS NXDOMAIN", "health NOT_SERVING".
    package var label: String {
        switch space {
        case .redis: "redis error"
        case .sql: "SQLSTATE \(sqlState)"
        case .grpc: "gRPC \(number) \(AnswerCodes.grpc.name(number))"
        case .dns: "DNS \(AnswerCodes.dns.name(number))"
        case .health: "health \(Self.servingName(number))"
        case .check: "wrong answer: check \(number + 1)"
        case .icmp: "ICMP type \(number / 256) code \(number % 256)"
        }
    }

    private var sqlState: String {
        let digits = String(number, radix: 36, uppercase: true)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    private static func servingName(_ number: UInt32) -> String {
        Int(number) < servingNames.count ? servingNames[Int(number)] : "\(number)"
    }

    private static let servingNames = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"]
}
