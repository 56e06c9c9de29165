export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- parsed JSON: assertions say what is expected of it.
  readonly body: any;
}

export interface TestCaller {
  get(path: string): Promise<Answer>;
  delete(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  upload(bytes: Uint8Array, fileName: string): Promise<Answer>;
  fetch(path: string, init?: { method?: string; body?: string; headers?: Record<string, string> }): Promise<Response>;
}

/** Calls the API at `url` with a workspace's key. */
export function testCaller(url: string, key: string): TestCaller {
  const authorization = `Bearer ${key}`;
  const call = async (
    method: string,
    path: string,
    init: { body?: string | FormData; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const response = await fetch(url + path, { method, ...init, headers: { authorization, ...init.headers } });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
  };
  const json =
    (method: string) =>
    (path: string, body?: unknown, headers: Record<string, string> = {}) =>
      call(
        method,
        path,
        body === undefined
          ? { headers }
          : { body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } },
      );
  return {
    get: (path) => call("GET", path),
    delete: (path, headers = {}) => call("DELETE", path, { headers }),
    post: json("POST"),
    patch: json("PATCH"),
    upload(bytes, fileName) {
      const form = new FormData();
      form.set("file", new Blob([Buffer.from(bytes)]), fileName);
      return call("POST", "/api/media", { body: form });
    },
    fetch: (path, init = {}) => fetch(url + path, { ...init, headers: { authorization, ...init.headers } }),
  };
}
