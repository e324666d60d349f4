/// The schemes that a load's URL may have.
enum LoadScheme: String, CaseIterable {
    case http, https, redis, rediss, postgres, postgresql, grpc, grpcs, tcp, udp, dns, icmp

    /// "http://".
    var text: String { "\(rawValue)://" }

    /// For people: each protocol once.
    static var listed: String { Self.allCases.filter { $0 != .postgresql }.spoken }
}

extension Sequence<LoadScheme> {
    /// "tcp:// and udp://".
    var spoken: String {
        let texts = map(\.text)
        guard let last = texts.last, texts.count > 1 else { return texts.joined() }
        return texts.dropLast().joined(separator: ", ") + " and " + last
    }
}
