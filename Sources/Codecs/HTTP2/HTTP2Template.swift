import Plan

/// What of a request over HTTP/2 differs from number to number, compiled once.
struct HTTP2Template: Sendable, Equatable {
    private let values: TemplateValues
    /// By the place of their field.
    private let fields: [Field]
    /// nil: it is the same each time.
    private let body: RequestTemplate?
    /// A message of gRPC has its length before it.
    private let isMessage: Bool

    private struct Field: Sendable, Equatable {
        let place: Int
        let value: RequestTemplate
    }

    /// The field content-length, where the body differs.
    private let length: Int?
    /// Of fields whose values differ, in the order in which they are written.
    let places: [Int]

    /// nil: nothing of the request is a template. Throws when one cannot be filled, or would be filled with what makes
    /// another request of it.
    ///
    /// - Parameter body: of gRPC the message.
    init?(
        _ fields: [HTTP2Script.Field],
        body: [UInt8],
        isMessage: Bool,
        data: [DataRows],
        seed: UInt64
    ) throws(CodecError) {
        let source = TemplateSource(data: data)
        var made: [Field] = []
        for (place, field) in fields.enumerated() {
            let purpose = UInt64(place + 1) << 32
            guard let value = try source.template(field.value, purpose: purpose) else { continue }
            let text = try source.read(field.value)
            if field.isPath { try source.checkPath(text) } else { try source.checkField(text) }
            // RFC 9113, section 8.2.1.
            if let cell = TemplateReach(text, data: data).cell(where: { $0.first == " " || $0.last == " " }) {
                let why = "begins or ends with a space, and no value of HTTP/2 may. Take it away"
                throw CodecError("load.bad-request", "The request cannot be sent: \(cell) \(why).")
            }
            made.append(Field(place: place, value: value))
        }
        self.body = try source.template(body, purpose: 0)
        guard !made.isEmpty || self.body != nil else { return nil }
        values = TemplateValues(seed: seed, data: data)
        self.fields = made
        self.isMessage = isMessage
        length = self.body == nil ? nil : fields.firstIndex { $0.name.elementsEqual("content-length".utf8) }
        places = made.map(\.place) + (length.map { [$0] } ?? [])
    }

    /// Each field's value that differs: its place, and where it ends in the output.
    func writeFields(_ number: UInt64, into output: inout OutputBytes, _ each: (Int, Int) -> Void) {
        for field in fields {
            field.value.write(number, values, into: &output)
            each(field.place, output.count)
        }
        guard let body, let length else { return }
        output.append(decimal: UInt64(body.count(number, values)))
        each(length, output.count)
    }

    /// False: the body is the same each time.
    func writeBody(_ number: UInt64, into output: inout OutputBytes) -> Bool {
        guard let body else { return false }
        if isMessage {
            output.append(0)
            output.append(bigEndian: UInt32(truncatingIfNeeded: body.count(number, values)))
        }
        body.write(number, values, into: &output)
        return true
    }

}
