// Each request that the page of the API tries out is a command of its own: it has a fresh key, unless somebody typed one in.
const freshKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

export default {
  onBeforeRequest: ({ requestBuilder }) => {
    if (requestBuilder.method.toUpperCase() === 'POST' && !requestBuilder.headers.get('Idempotency-Key')) requestBuilder.headers.set('Idempotency-Key', freshKey());
  },
};
