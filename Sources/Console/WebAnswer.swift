/// What a path of a port answers.
package struct WebAnswer: Sendable {
    package let contentType: String
    package let body: String

    package init(contentType: String, body: String) {
        self.contentType = contentType
        self.body = body
    }
}

/// Makes the answer of one path. `accept`: the request's Accept header, of any content.
package typealias WebPage = @Sendable (_ accept: String?) async -> WebAnswer
