extension Reader {
    /// An address whose host is one of the lab's, or NAME.ip6 for its other address: nothing else may be touched. Without
    /// a lab, any.
    func address(_ value: Value, _ key: String, expected: String, hosts: [String]) -> AddressText? {
        guard let text = text(value, key, expected: expected) else { return nil }
        do {
            let address = try AddressText(text)
            guard isAllowed(address, key, at: value, shown: expected, hosts: hosts) else { return nil }
            return address
        } catch {
            problems.add("address", at: value.place, "\(key): \(error.message)")
            return nil
        }
    }

    /// Whether it names a host, and one that may be touched; reported. An inventory's hosts stand behind others, which have
    /// no agent and are not touched otherwise.
    func isAllowed(
        _ address: AddressText,
        _ key: String,
        at value: Value,
        shown expected: String,
        hosts: [String]
    ) -> Bool {
        guard !address.host.isEmpty else {
            let message = "\(key) names no host; expected \(expected)"
            problems.add("address", at: value.place, message)
            return false
        }
        guard hosts.isEmpty || circle.isInventory || hosts.contains(address.host.removingSuffix(".ip6"))
        else {
            let nearest = Spelling.nearest(to: address.host, in: hosts)
            let message =
                "\(key) goes to \(quoted(address.host)); targets must be hosts of the lab: \(hosts.listed)"
            problems.add("foreign-host", at: value.place, message, nearest: nearest)
            return false
        }
        return true
    }

    /// `run`: a text that is split into words, or a list of words that are taken as they are.
    func command(_ value: Value) -> [String]? {
        guard let words = words(value) else { return nil }
        guard let program = words.first, !program.isEmpty else {
            problems.add(
                "command",
                at: value.place,
                "run is empty; expected a command such as \"nginx -c {files}/nginx.conf\""
            )
            return nil
        }
        for word in words {
            if word.unicodeScalars.contains("\0") {
                problems.add("command", at: value.place, "run holds a NUL character, which no command can")
                return nil
            }
            guard let (found, meant) = misspeltPlaceholder(in: word) else { continue }
            let message =
                "unknown placeholder \(quoted(found)) in run; expected {files} (the experiment's folder) or {dir}"
            problems.add("placeholder", at: value.place, message, nearest: meant)
            return nil
        }
        return words
    }

    private func words(_ value: Value) -> [String]? {
        let expected = "a command such as \"nginx -c {files}/nginx.conf\""
        if value.list != nil {
            let texts = items(value, "run", most: 1000).map { text($0, "a word of run", expected: "a text") }
            let words = texts.compactMap { $0 }
            return words.count == texts.count ? words : nil
        }
        guard let text = text(value, "run", expected: expected) else { return nil }
        do throws(CommandText.Fault) {
            return try CommandText(text).words
        } catch {
            let message =
                switch error {
                case .unterminated(let quote): "run ends inside a quotation: \(quote) without its other end"
                case .shellWord(let word):
                    "\(quoted(word)) needs a shell and run has none; expected a command, or sh -c '…'"
                }
            problems.add("command", at: value.place, message)
        }
        return nil
    }

    /// `{file}` for `{files}`; braces that mean something else to the program pass.
    private func misspeltPlaceholder(in word: String) -> (found: String, meant: String)? {
        var rest = word[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let inside = String(rest[rest.index(after: open)..<close])
            if inside != "files", inside != "dir",
                let meant = Spelling.nearest(to: inside, in: ["files", "dir"])
            {
                return ("{\(inside)}", "{\(meant)}")
            }
            rest = rest[rest.index(after: close)...]
        }
        return nil
    }

    /// A value with a default: nil only when it is there and wrong.
    package func optional<T>(_ value: Value?, _ standard: T, _ read: (Value) -> T?) -> T? {
        guard let value else { return standard }
        return read(value)
    }

    /// The value of a key that may be left out: `.some(nil)` without it, nil when it is wrong.
    func given<T>(_ value: Value?, _ read: (Value) -> T?) -> T?? {
        guard let value else { return .some(nil) }
        return read(value).map { .some($0) }
    }
}

extension String {
    fileprivate func removingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
