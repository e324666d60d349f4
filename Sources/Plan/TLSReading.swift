extension Reader {
    /// `tls:` of a protocol's block, for an address that says that it is secured. nil inside: not secured. nil: wrong.
    func tls(_ fields: Fields, isSecure: Bool) -> TLSPlan?? {
        guard let value = fields["tls"] else {
            return .some(isSecure ? TLSPlan(trust: .system, serverName: nil) : nil)
        }
        guard isSecure else {
            problems.add(
                "tls",
                at: value.place,
                "tls is given and the address is not secured; expected an address such as https://lb/"
            )
            return nil
        }
        guard let fields = Fields(value, "tls", keys: ["trust", "name"], problems: problems) else {
            return nil
        }
        let trust = optional(fields["trust"], TLSPlan.Trust.system) { self.trust($0) }
        let name = optional(fields["name"], String?.none) { value in
            text(value, "name", expected: "the name in the certificate").flatMap { name in
                guard !name.isEmpty, name.utf8.count <= 253, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
                else {
                    problems.add(
                        "tls",
                        at: value.place,
                        "name is \(quoted(name)); expected a host name such as shop.example"
                    )
                    return nil
                }
                return .some(name)
            }
        }
        guard let trust, let name else { return nil }
        return .some(TLSPlan(trust: trust, serverName: name))
    }

    private func trust(_ value: Value) -> TLSPlan.Trust? {
        let expected = "system, anyone, or a PEM file such as /etc/ssl/shop-ca.pem"
        guard let text = text(value, "trust", expected: expected) else { return nil }
        switch text {
        case "system": return .system
        case "anyone": return .anyone
        case _ where text.hasPrefix("/") && !text.unicodeScalars.contains("\0"): return .file(text)
        default:
            problems.add(
                "tls",
                at: value.place,
                "trust is \(quoted(text)); expected \(expected)",
                nearest: Spelling.nearest(to: text, in: ["system", "anyone"])
            )
            return nil
        }
    }
}

extension CanonicalText {
    static func tls(_ tls: TLSPlan?) -> String? {
        guard let tls else { return nil }
        let trust =
            switch tls.trust {
            case .system: "system"
            case .anyone: "anyone"
            case .file(let path): quote(path)
            }
        return map([("trust", trust), ("name", tls.serverName.map(quote))])
    }
}
