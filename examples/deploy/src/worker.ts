export { default, Gate, TokenIntrospection } from 'portcullis/worker'
