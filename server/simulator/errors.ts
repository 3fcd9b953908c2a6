/** What the simulator refuses with, and how each API shape words an error. */

/** OpenRouter's own names of failure; each belongs to one HTTP status. */
export type ErrorType =
  | "context_length_exceeded"
  | "invalid_request"
  | "content_policy_violation"
  | "authentication"
  | "payment_required"
  | "permission_denied"
  | "not_found"
  | "precondition_failed"
  | "payload_too_large"
  | "unprocessable"
  | "rate_limit_exceeded"
  | "server"
  | "provider_unavailable"
  | "provider_overloaded"
  | "timeout";

export interface ApiError {
  readonly status: number;
  readonly message: string;
  /** Null where OpenRouter sends no metadata (401, and the oldest refusals). */
  readonly errorType: ErrorType | null;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The block of the model-availability errors; it stands beside code and message. */
  readonly availability?: Readonly<Record<string, unknown>>;
  /** True: an HTML page as an edge proxy sends it, no JSON at all. */
  readonly page?: boolean;
  /** True: HTTP 200 whose JSON holds only the error. */
  readonly disguised?: boolean;
  /** Rendered beside the error when the request asked for router metadata. */
  readonly routerMetadata?: unknown;
}

/** The API shapes that word errors differently. */
export type Skin = "chat" | "responses" | "messages";

/** The JSON body of an error. `userId` is null when nobody is signed in; `id` is the generation's. */
export function errorBody(error: ApiError, skin: Skin, userId: string | null, id: string): unknown {
  const metadata = errorMetadata(error);
  if (skin === "messages") {
    return {
      type: "error",
      error: {
        type: messagesType(error.status),
        message: error.message,
        ...(error.errorType ? { error_type: error.errorType } : {}),
      },
      request_id: id,
    };
  }
  if (skin === "responses") {
    return {
      id,
      object: "response",
      status: "failed",
      error: { code: responsesCode(error), message: error.message, ...(metadata ? { metadata } : {}) },
      ...(error.errorType ? { error_type: error.errorType } : {}),
    };
  }
  return {
    error: {
      ...chatError(error),
      ...(error.availability
        ? { error_type: error.errorType, http_status: error.status, availability: error.availability }
        : {}),
    },
    ...(userId === null ? {} : { user_id: userId }),
    ...(error.routerMetadata === undefined ? {} : { openrouter_metadata: error.routerMetadata }),
  };
}

/** `{code, message, metadata?}`, as it also stands inside a stream's chunk. */
export function chatError(error: ApiError): Record<string, unknown> {
  const metadata = errorMetadata(error);
  return { code: error.status, message: error.message, ...(metadata ? { metadata } : {}) };
}

/** An edge proxy's page for the same status. */
export const errorPage = (status: number): string =>
  `<html>\r\n<head><title>${status}</title></head>\r\n<body>\r\n<center><h1>${status}</h1></center>\r\n` +
  `<hr><center>cloudflare (simulated)</center>\r\n</body>\r\n</html>\r\n`;

function errorMetadata(error: ApiError): Record<string, unknown> | null {
  if (error.errorType === null && error.metadata === undefined) return null;
  return { ...error.metadata, ...(error.errorType === null ? {} : { error_type: error.errorType }) };
}

function messagesType(status: number): string {
  const types: Record<number, string> = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
  };
  return types[status] ?? (status < 500 ? "invalid_request_error" : "api_error");
}

function responsesCode(error: ApiError): string {
  const codes: Partial<Record<ErrorType, string>> = {
    rate_limit_exceeded: "rate_limit_exceeded",
    context_length_exceeded: "invalid_prompt",
    invalid_request: "invalid_prompt",
    content_policy_violation: "image_content_policy_violation",
  };
  return (error.errorType && codes[error.errorType]) ?? "server_error";
}
