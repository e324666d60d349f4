/// Whether what may differ from request to request can be filled in, and is then still such a request. What is wrong with a
/// row of the data is said of the plan, with the row, and not of the first request that gets it.
extension Reader {
    func areTemplates(_ request: RequestPlan, of fields: Fields, data: [DataRows]) -> Bool {
        let value = fields[request.protocolName]
        let place = { (key: String) in value?[key]?.place ?? value?.place ?? fields.place }
        switch request {
        case .http(let http):
            let headers = http.headers.map { ($0.value, place("headers")) }
            return areTemplates(
                [(http.address.path, place("url"))] + headers + [(http.body, place("body"))],
                data: data
            )
        case .grpc(let grpc):
            let metadata = grpc.metadata.map { ($0.value, place("metadata")) }
            guard case .unary(let path, let message) = grpc.call else {
                return areTemplates(metadata, data: data)
            }
            return areTemplates([(path, place("method"))] + metadata, data: data)
                && areBytes([(message, place("message"))], data: data)
        case .redis(let redis):
            return areBytes(redis.command.map { ($0, place("command")) }, data: data)
        case .postgres(let postgres):
            return isQuery(postgres, at: place("query"), data: data)
                && areParameters(postgres, at: place("parameters"), data: data)
        case .tcp(let tcp): return areBytes([(tcp.send, place("send"))], data: data)
        case .udp(let echo):
            guard case .fixed(let bytes, _) = echo.payload else {
                return hasNoData(fields, "udp without send")
            }
            return isDatagram(bytes, at: place("send"), data: data)
        case .dns(let dns): return isName(dns.name, at: place("name"), data: data)
        case .icmp: return hasNoData(fields, "icmp")
        }
    }

    private func hasNoData(_ fields: Fields, _ what: String) -> Bool {
        guard fields["data"] != nil else { return true }
        let message =
            "data are for requests that differ by them, and \(what) sends nothing of yours; leave data out"
        problems.add("template", at: fields.place(of: "data"), message)
        return false
    }

    /// As far as they can be told without sending them; each that is wrong is reported.
    private func areTemplates(_ texts: [(text: String, place: Place)], data: [DataRows]) -> Bool {
        areBytes(texts.map { (Array($0.text.utf8), $0.place) }, data: data)
    }

    private func areBytes(_ all: [(bytes: [UInt8], place: Place)], data: [DataRows]) -> Bool {
        all.allSatisfy { template($0.bytes, at: $0.place, data: data) != nil }
    }

    /// nil, reported: it is none.
    private func template(_ bytes: [UInt8], at place: Place, data: [DataRows]) -> TextTemplate? {
        do {
            return try TextTemplate(bytes, data: data)
        } catch {
            problems.add("template", at: place, error.words, nearest: error.nearest)
            return nil
        }
    }

    private func isDatagram(_ bytes: [UInt8], at place: Place, data: [DataRows]) -> Bool {
        guard let template = template(bytes, at: place, data: data) else { return false }
        let reach = TemplateReach(template, data: data)
        let odd = [(reach.least, false), (reach.most, true)].first {
            !(1...Self.largestDatagram).contains($0.0)
        }
        guard let (size, isLongest) = odd else { return true }
        let rows = reach.rows(longest: isLongest).map { " with \($0)" } ?? ""
        let message =
            "send has \(size) bytes\(rows); expected 1 to \(Self.largestDatagram), as a datagram can carry"
        problems.add("template", at: place, message)
        return false
    }

    /// The text of a prepared query is parsed once a connection, so it is the same each time.
    private func isQuery(_ postgres: PostgresRequestPlan, at place: Place, data: [DataRows]) -> Bool {
        guard !postgres.isPrepared else {
            guard TextTemplate.isMeant(postgres.query) else { return true }
            let message =
                "a prepared query is the same each time; expected $1 in it, and the template among parameters: [\"{{…}}\"]"
            problems.add("template", at: place, message)
            return false
        }
        do {
            _ = try SQLTemplate(postgres.query, data: data)
            return true
        } catch {
            problems.add("template", at: place, error.words, nearest: error.nearest)
            return false
        }
    }

    private func areParameters(_ postgres: PostgresRequestPlan, at place: Place, data: [DataRows]) -> Bool {
        postgres.parameters.allSatisfy { text in
            guard let template = template(Array(text.utf8), at: place, data: data) else { return false }
            let reach = TemplateReach(template, data: data)
            guard let cell = reach.cell(where: { $0.utf8.contains(0) }) else { return true }
            problems.add(
                "template",
                at: place,
                "\(cell) holds a NUL character, which PostgreSQL cannot be sent"
            )
            return false
        }
    }

    /// Every row must make a name. Rows of two tables meet in ways that nobody reads in a file, so there is one.
    private func isName(_ name: String, at place: Place, data: [DataRows]) -> Bool {
        guard let template = template(Array(name.utf8), at: place, data: data) else { return false }
        guard !template.isPlain else { return true }
        let reach = TemplateReach(template, data: data)
        guard reach.tables.count <= 1 else {
            let names = reach.tables.map { data[$0].name }.listed
            let message =
                "name has columns of \(names); expected those of one table, so that each row makes a name"
            problems.add("template", at: place, message)
            return false
        }
        let rows = reach.tables.first.map { data[$0].rows.count } ?? 1
        for row in 0..<rows {
            let text = String(decoding: reach.longestText(row: row), as: UTF8.self)
            guard !DomainName.isName(text) else { continue }
            let of = reach.tables.first.map { " with row \(row + 1) of \(data[$0].name)" } ?? ""
            problems.add(
                "template",
                at: place,
                "name\(of) can be \(quoted(text)); expected \(DomainName.expected)"
            )
            return false
        }
        return true
    }
}
