import { expect, test } from 'bun:test'
import { linesOf } from './place-lines'

test('columns are found by their names, in any order, and empty lines are left out', () => {
  const file = 'Room;Building;Code;Lat;Lng\r\nR. 1;Gedung A;a-1;-6,2;106,8\r\n;;;;\r\n;Gedung B;;;\r\n'
  expect(linesOf(file)).toEqual([
    { names: ['', 'Gedung A', '', 'R. 1', ''], code: 'a-1', lat: -6.2, lng: 106.8 },
    { names: ['', 'Gedung B', '', '', ''] },
  ])
})

test('without names of columns they stand in the usual order', () => {
  expect(linesOf('Kampus,Gedung A,Lt 1,R 101,AC,ac-1')).toEqual([
    { names: ['Kampus', 'Gedung A', 'Lt 1', 'R 101', 'AC'], code: 'ac-1' },
  ])
})
