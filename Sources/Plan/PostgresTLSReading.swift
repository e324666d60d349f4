/// Whether connections to PostgreSQL are secured: by `tls:`, or by libpq's words in the address.
extension Reader {
    /// What stands behind the address' `?`. nil inside: in the clear. nil: wrong.
    ///
    /// libpq's `allow` and `prefer` fall back to the clear without a word, and `verify-ca` believes any name: refused.
    func postgresTLS(_ fields: Fields, _ words: Substring, at place: Place) -> TLSPlan?? {
        var mode: Mode?
        var authority: String?
        for word in words.split(separator: "&") {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? ServerURL.decode(parts[1]) ?? "" : ""
            switch parts[0] {
            case "sslmode":
                mode = Mode(rawValue: value)
                guard mode == nil else { continue }
                let message = "sslmode is \(quoted(value)); expected \(Mode.allCases.map(\.rawValue).listed)"
                problems.add("tls", at: place, message)
                return nil
            case "sslrootcert" where value.hasPrefix("/"): authority = value
            default:
                // Its value may be a password.
                let message = "url has the parameter \(quoted(String(parts[0]))); expected "
                problems.add("tls", at: place, message + "sslmode=…, sslrootcert=/path or none")
                return nil
            }
        }
        let isAsked = mode.map { $0 != .disable } ?? (authority != nil)
        guard let plan = tls(fields, isSecure: isAsked || fields["tls"] != nil) else { return nil }
        guard fields["tls"] != nil else {
            let trust = authority.map(TLSPlan.Trust.file) ?? (mode == .require ? .anyone : .system)
            return .some(isAsked ? TLSPlan(trust: trust, serverName: nil) : nil)
        }
        let isContradicted = mode == .disable || (mode == .verifyFull && plan?.trust == .anyone)
        guard !isContradicted, authority == nil else {
            let message = "the url's words and tls: say different things; expected tls: alone"
            problems.add("tls", at: fields.place(of: "tls"), message)
            return nil
        }
        return .some(plan)
    }

    /// libpq's sslmode, as far as it says one thing (PostgreSQL documentation, 34.19.1).
    private enum Mode: String, CaseIterable {
        case disable
        /// TLS, whoever answers.
        case require
        case verifyFull = "verify-full"
    }
}
