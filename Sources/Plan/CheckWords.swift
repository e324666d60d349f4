/// What a command line says of answers, as an experiment file's checks.
extension LoadWords {
    var checks: [String] {
        let quote = CanonicalText.quote
        let headers = answerHeaders.map { header in
            let (name, value) = Self.parts(header, at: ":")
            return "{ header: { name: \(quote(name)), equals: \(quote(value ?? "")) } }"
        }
        let values = jsonValues.map { text in
            let (pointer, value) = Self.parts(text, at: "=")
            return "{ json: { at: \(quote(pointer))\(value.map { ", equals: \(quote($0))" } ?? "") } }"
        }
        return headers + bodyTexts.map { "{ body: { contains: \(quote($0)) } }" }
            + bodyPatterns.map { "{ body: { matches: \(quote($0)) } }" } + values + resultChecks
    }

    private var resultChecks: [String] {
        let quote = CanonicalText.quote
        let cells = resultValues.map { text in
            let (place, value) = Self.parts(text, at: "=")
            let (first, second) = Self.parts(place, at: ",")
            let cell =
                second.map { "row: \(quote(first)), column: \(quote($0))" } ?? "column: \(quote(first))"
            return "{ value: { \(cell)\(value.map { ", equals: \(quote($0))" } ?? ", is: something") } }"
        }
        let code = answerCode.map {
            "{ \(scheme == .grpc || scheme == .grpcs ? "status" : "code"): \(quote($0)) }"
        }
        return cells
            + [
                resultRows.map { "{ rows: \(quote($0)) }" }, records.map { "{ records: \(quote($0)) }" },
                code,
            ].compactMap { $0 } + addresses.map { "{ address: \(quote($0)) }" }
    }
}
